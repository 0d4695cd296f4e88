"""Governed decision models 智能合约: documents, their evaluator, their deployment."""
