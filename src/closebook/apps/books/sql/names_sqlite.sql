-- Sums of postings by what they are told apart by: counterparty or item. An empty line ends a statement.

CREATE TABLE name_balance (
    company_id INTEGER NOT NULL REFERENCES books_bookscompany (id) ON DELETE CASCADE,
    dimension TEXT NOT NULL CHECK (dimension IN ('counterparty', 'item')),
    ledger_account INTEGER NOT NULL,
    month_first_day TEXT NOT NULL CHECK (month_first_day LIKE '%-01'),
    object_key INTEGER NOT NULL CHECK (object_key <> 0),
    amount_minor INTEGER NOT NULL,
    quantity_micro INTEGER NOT NULL,
    PRIMARY KEY (company_id, dimension, ledger_account, month_first_day, object_key)
) STRICT, WITHOUT ROWID

CREATE INDEX name_balance_object ON name_balance (company_id, dimension, object_key, month_first_day)

INSERT INTO name_balance (
    company_id, dimension, ledger_account, month_first_day, object_key, amount_minor, quantity_micro
)
SELECT company_id, 'counterparty', ledger_account, substr(day, 1, 8) || '01' AS month, counterparty,
    CAST(sum(amount_minor) AS INTEGER), CAST(sum(quantity_micro) AS INTEGER)
FROM posting WHERE counterparty <> 0 GROUP BY company_id, ledger_account, month, counterparty

INSERT INTO name_balance (
    company_id, dimension, ledger_account, month_first_day, object_key, amount_minor, quantity_micro
)
SELECT company_id, 'item', ledger_account, substr(day, 1, 8) || '01' AS month, item,
    CAST(sum(amount_minor) AS INTEGER), CAST(sum(quantity_micro) AS INTEGER)
FROM posting WHERE item <> 0 GROUP BY company_id, ledger_account, month, item
