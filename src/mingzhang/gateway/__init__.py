"""The HTTP door: sign-in, commands, reads, proofs, live updates, health."""
