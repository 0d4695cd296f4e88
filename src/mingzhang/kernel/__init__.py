"""What a domain may know: commands, events, records, the ledger view, refusals, fen."""
