"""The embedded companies: versioned records, the journal, balances and statements."""
