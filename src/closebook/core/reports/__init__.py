"""Statements as tables: profit and loss, balance sheet, trial balance and the rest, from balances given."""
