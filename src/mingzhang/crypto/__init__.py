"""The cryptography of commands and documents: one suite per ledger, chosen at genesis."""
