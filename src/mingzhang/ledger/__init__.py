"""Journal, authenticated map, proofs and the store that holds them (design section 5)."""
