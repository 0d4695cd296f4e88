"""Mingzhang 明账: the ledger that government budgets can be checked against."""
