-- Sums of postings by what they are told apart by: counterparty or item. An empty line ends a statement.

CREATE TABLE name_balance (
    company_id bigint NOT NULL REFERENCES books_bookscompany (id) ON DELETE CASCADE,
    dimension text NOT NULL CHECK (dimension IN ('counterparty', 'item')),
    ledger_account bigint NOT NULL,
    month_first_day date NOT NULL CHECK (extract(day FROM month_first_day) = 1),
    object_key bigint NOT NULL CHECK (object_key <> 0),
    amount_minor bigint NOT NULL,
    quantity_micro bigint NOT NULL,
    PRIMARY KEY (company_id, dimension, ledger_account, month_first_day, object_key)
)

CREATE INDEX name_balance_object ON name_balance (company_id, dimension, object_key, month_first_day)

INSERT INTO name_balance (
    company_id, dimension, ledger_account, month_first_day, object_key, amount_minor, quantity_micro
)
SELECT company_id, 'counterparty', ledger_account, CAST(date_trunc('month', day) AS date) AS month, counterparty,
    CAST(sum(amount_minor) AS bigint), CAST(sum(quantity_micro) AS bigint)
FROM posting WHERE counterparty <> 0 GROUP BY company_id, ledger_account, month, counterparty

INSERT INTO name_balance (
    company_id, dimension, ledger_account, month_first_day, object_key, amount_minor, quantity_micro
)
SELECT company_id, 'item', ledger_account, CAST(date_trunc('month', day) AS date) AS month, item,
    CAST(sum(amount_minor) AS bigint), CAST(sum(quantity_micro) AS bigint)
FROM posting WHERE item <> 0 GROUP BY company_id, ledger_account, month, item
