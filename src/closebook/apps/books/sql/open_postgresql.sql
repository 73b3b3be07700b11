-- What is open of each document on receivable or payable accounts. An empty line ends a statement.

CREATE TABLE open_document (
    company_id bigint NOT NULL REFERENCES books_bookscompany (id) ON DELETE CASCADE,
    payable boolean NOT NULL,
    due_day date NOT NULL,
    record_id bigint NOT NULL,
    counterparty bigint NOT NULL,
    day date NOT NULL,
    size_minor bigint NOT NULL,
    open_minor bigint NOT NULL CHECK (open_minor <> 0),
    currency text NOT NULL,
    PRIMARY KEY (company_id, payable, due_day, record_id)
)

CREATE UNIQUE INDEX open_document_record ON open_document (record_id, payable)
