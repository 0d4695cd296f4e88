"""The read side: SQL tables filled from the journal by one ordered projector."""
