"""Double entry: ledger account types, postings, balanced journal entries, posting rules."""
