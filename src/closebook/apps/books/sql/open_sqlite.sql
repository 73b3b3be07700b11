-- What is open of each document on receivable or payable accounts. An empty line ends a statement.

CREATE TABLE open_document (
    company_id INTEGER NOT NULL REFERENCES books_bookscompany (id) ON DELETE CASCADE,
    payable INTEGER NOT NULL CHECK (payable IN (FALSE, TRUE)),
    due_day TEXT NOT NULL CHECK (due_day IS date(due_day, '+0 days')),
    record_id INTEGER NOT NULL,
    counterparty INTEGER NOT NULL,
    day TEXT NOT NULL CHECK (day IS date(day, '+0 days')),
    size_minor INTEGER NOT NULL,
    open_minor INTEGER NOT NULL CHECK (open_minor <> 0),
    currency TEXT NOT NULL,
    PRIMARY KEY (company_id, payable, due_day, record_id)
) STRICT, WITHOUT ROWID

CREATE UNIQUE INDEX open_document_record ON open_document (record_id, payable)
