-- The journal and its balances on PostgreSQL. An empty line ends a statement.

CREATE TABLE journal_entry (
    id bigint PRIMARY KEY,
    company_id bigint NOT NULL REFERENCES books_bookscompany (id) ON DELETE CASCADE,
    record_id bigint NOT NULL REFERENCES books_record (id) DEFERRABLE INITIALLY DEFERRED,
    sync_token integer NOT NULL,
    day date NOT NULL,
    reverses_id bigint REFERENCES journal_entry (id) ON DELETE CASCADE,
    superseded boolean NOT NULL DEFAULT FALSE,
    CHECK (reverses_id IS NULL OR NOT superseded)
)

CREATE SEQUENCE journal_entry_number OWNED BY journal_entry.id

CREATE TABLE posting (
    entry_id bigint NOT NULL,
    line_no integer NOT NULL,
    company_id bigint NOT NULL REFERENCES books_bookscompany (id) ON DELETE CASCADE,
    ledger_account bigint NOT NULL,
    day date NOT NULL,
    amount_minor bigint NOT NULL,
    foreign_minor bigint NOT NULL,
    currency text NOT NULL,
    counterparty bigint NOT NULL,
    item bigint NOT NULL,
    klass bigint NOT NULL,
    location bigint NOT NULL,
    quantity_micro bigint NOT NULL,
    memo text NOT NULL,
    line text NOT NULL,
    PRIMARY KEY (entry_id, line_no)
)

CREATE TABLE day_balance (
    company_id bigint NOT NULL REFERENCES books_bookscompany (id) ON DELETE CASCADE,
    day date NOT NULL,
    ledger_account bigint NOT NULL,
    klass bigint NOT NULL,
    location bigint NOT NULL,
    debit_minor bigint NOT NULL,
    credit_minor bigint NOT NULL,
    PRIMARY KEY (company_id, day, ledger_account, klass, location)
)

CREATE TABLE month_balance (
    company_id bigint NOT NULL REFERENCES books_bookscompany (id) ON DELETE CASCADE,
    month_first_day date NOT NULL CHECK (extract(day FROM month_first_day) = 1),
    ledger_account bigint NOT NULL,
    klass bigint NOT NULL,
    location bigint NOT NULL,
    debit_minor bigint NOT NULL,
    credit_minor bigint NOT NULL,
    PRIMARY KEY (company_id, month_first_day, ledger_account, klass, location)
)

CREATE TABLE year_balance (
    company_id bigint NOT NULL REFERENCES books_bookscompany (id) ON DELETE CASCADE,
    year_first_day date NOT NULL CHECK (extract(doy FROM year_first_day) = 1),
    ledger_account bigint NOT NULL,
    klass bigint NOT NULL,
    location bigint NOT NULL,
    debit_minor bigint NOT NULL,
    credit_minor bigint NOT NULL,
    PRIMARY KEY (company_id, year_first_day, ledger_account, klass, location)
)

CREATE INDEX posting_balance ON posting (company_id, ledger_account, day, amount_minor)

CREATE INDEX journal_entry_day ON journal_entry (company_id, day, id)

CREATE INDEX journal_entry_record ON journal_entry (record_id)

CREATE UNIQUE INDEX journal_entry_live ON journal_entry (record_id) WHERE NOT superseded AND reverses_id IS NULL

CREATE UNIQUE INDEX journal_entry_reversal ON journal_entry (reverses_id) WHERE reverses_id IS NOT NULL

CREATE FUNCTION journal_entry_balances() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.superseded THEN
        RAISE EXCEPTION 'entry-superseded: an entry starts live' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF (
        SELECT sum(amount_minor) <> 0 OR bool_or(day <> NEW.day OR company_id <> NEW.company_id)
        FROM posting WHERE entry_id = NEW.id
    ) THEN
        RAISE EXCEPTION 'entry-not-balanced: debits and credits differ, or a posting has another day or company'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$

CREATE TRIGGER journal_entry_balances AFTER INSERT ON journal_entry
FOR EACH ROW EXECUTE FUNCTION journal_entry_balances()

CREATE FUNCTION journal_entry_reverses() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM journal_entry AS reversed
        WHERE reversed.id = NEW.reverses_id AND reversed.record_id = NEW.record_id AND reversed.day = NEW.day
            AND reversed.company_id = NEW.company_id AND reversed.reverses_id IS NULL AND NOT reversed.superseded
    ) OR EXISTS (
        SELECT 1 FROM posting WHERE entry_id IN (NEW.id, NEW.reverses_id)
        GROUP BY ledger_account, klass, location HAVING sum(amount_minor) <> 0
    ) THEN
        RAISE EXCEPTION 'reversal-differs: a reversal is not the opposite of a live entry'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    UPDATE journal_entry SET superseded = TRUE WHERE id = NEW.reverses_id;
    RETURN NULL;
END $$

CREATE TRIGGER journal_entry_reverses AFTER INSERT ON journal_entry
FOR EACH ROW WHEN (NEW.reverses_id IS NOT NULL) EXECUTE FUNCTION journal_entry_reverses()

CREATE FUNCTION journal_entry_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.superseded OR NOT NEW.superseded
        OR (NEW.id, NEW.company_id, NEW.record_id, NEW.sync_token, NEW.day, NEW.reverses_id)
            IS DISTINCT FROM (OLD.id, OLD.company_id, OLD.record_id, OLD.sync_token, OLD.day, OLD.reverses_id)
        OR NOT EXISTS (SELECT 1 FROM journal_entry WHERE reverses_id = OLD.id)
    THEN
        RAISE EXCEPTION 'entry-fixed: an entry is superseded by its reversal and not changed otherwise'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$

CREATE TRIGGER journal_entry_fixed BEFORE UPDATE ON journal_entry
FOR EACH ROW EXECUTE FUNCTION journal_entry_fixed()

CREATE FUNCTION posting_comes_first() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM journal_entry WHERE id = NEW.entry_id) THEN
        RAISE EXCEPTION 'entry-complete: no posting is added to an entry that exists'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$

CREATE TRIGGER posting_comes_first BEFORE INSERT ON posting
FOR EACH ROW EXECUTE FUNCTION posting_comes_first()

-- Looked at when the transaction commits: it refuses postings that never got an entry, and those that another
-- transaction adds to an entry which it could not see yet. Rows of the same transaction (the same xmin) were
-- added up when their entry came.
CREATE FUNCTION posting_belongs() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    together boolean;
BEGIN
    SELECT mine.xmin = journal_entry.xmin INTO together
    FROM posting AS mine JOIN journal_entry ON journal_entry.id = mine.entry_id
    WHERE mine.entry_id = NEW.entry_id AND mine.line_no = NEW.line_no;
    IF together IS NULL
        OR NOT together AND (SELECT sum(amount_minor) <> 0 FROM posting WHERE entry_id = NEW.entry_id)
    THEN
        RAISE EXCEPTION 'posting-alone: a posting has no balanced entry'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$

CREATE CONSTRAINT TRIGGER posting_belongs AFTER INSERT ON posting DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION posting_belongs()

CREATE FUNCTION journal_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        RAISE EXCEPTION 'posting-fixed: a posting is not changed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF EXISTS (SELECT 1 FROM books_bookscompany WHERE id = OLD.company_id) THEN
        RAISE EXCEPTION 'journal-kept: an entry or posting is not deleted'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN OLD;
END $$

CREATE TRIGGER posting_kept BEFORE UPDATE OR DELETE ON posting
FOR EACH ROW EXECUTE FUNCTION journal_kept()

CREATE TRIGGER journal_entry_kept BEFORE DELETE ON journal_entry
FOR EACH ROW EXECUTE FUNCTION journal_kept()

CREATE FUNCTION journal_not_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM books_bookscompany) THEN
        RAISE EXCEPTION 'journal-kept: the journal is not emptied' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$

CREATE TRIGGER posting_not_emptied AFTER TRUNCATE ON posting
FOR EACH STATEMENT EXECUTE FUNCTION journal_not_emptied()

CREATE TRIGGER journal_entry_not_emptied AFTER TRUNCATE ON journal_entry
FOR EACH STATEMENT EXECUTE FUNCTION journal_not_emptied()
