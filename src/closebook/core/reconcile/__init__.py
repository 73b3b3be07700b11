"""Bank lines, payouts and sales against each other, transfers, rules, duplicates, statements: pure."""
