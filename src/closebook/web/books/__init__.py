"""Pages of the books: ledger accounts, documents and statements."""
