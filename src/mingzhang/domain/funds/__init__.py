"""Funds 资金: every fen of spending authority in exactly one status, and what may move it."""
