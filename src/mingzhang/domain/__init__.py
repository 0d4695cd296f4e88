"""The rooms: everything that runs on every validator."""
