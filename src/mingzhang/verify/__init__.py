"""What a light client checks; imports nothing of the project but itself (design section 4)."""
