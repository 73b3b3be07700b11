-- The journal and its balances on SQLite. An empty line ends a statement.
-- Refusals FAIL in BEFORE triggers, where nothing has been written yet: ABORT would have SQLite keep a copy of every
-- touched page for each row, which doubles the time of posting. Foreign keys are deferred for the same reason.

CREATE TABLE journal_entry (
    id INTEGER PRIMARY KEY,
    company_id INTEGER NOT NULL REFERENCES books_bookscompany (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    record_id INTEGER NOT NULL REFERENCES books_record (id) DEFERRABLE INITIALLY DEFERRED,
    sync_token INTEGER NOT NULL,
    day TEXT NOT NULL CHECK (day IS date(day, '+0 days')),
    reverses_id INTEGER,
    superseded INTEGER NOT NULL DEFAULT FALSE CHECK (superseded IN (FALSE, TRUE)),
    CHECK (reverses_id IS NULL OR NOT superseded)
) STRICT

CREATE TABLE posting (
    entry_id INTEGER NOT NULL REFERENCES journal_entry (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    line_no INTEGER NOT NULL,
    company_id INTEGER NOT NULL,
    ledger_account INTEGER NOT NULL,
    day TEXT NOT NULL,
    amount_minor INTEGER NOT NULL,
    foreign_minor INTEGER NOT NULL,
    currency TEXT NOT NULL,
    counterparty INTEGER NOT NULL,
    item INTEGER NOT NULL,
    klass INTEGER NOT NULL,
    location INTEGER NOT NULL,
    quantity_micro INTEGER NOT NULL,
    memo TEXT NOT NULL,
    line TEXT NOT NULL,
    PRIMARY KEY (entry_id, line_no)
) STRICT, WITHOUT ROWID

CREATE TABLE day_balance (
    company_id INTEGER NOT NULL REFERENCES books_bookscompany (id) ON DELETE CASCADE,
    day TEXT NOT NULL,
    ledger_account INTEGER NOT NULL,
    klass INTEGER NOT NULL,
    location INTEGER NOT NULL,
    debit_minor INTEGER NOT NULL,
    credit_minor INTEGER NOT NULL,
    PRIMARY KEY (company_id, day, ledger_account, klass, location)
) STRICT, WITHOUT ROWID

CREATE TABLE month_balance (
    company_id INTEGER NOT NULL REFERENCES books_bookscompany (id) ON DELETE CASCADE,
    month_first_day TEXT NOT NULL CHECK (month_first_day LIKE '%-01'),
    ledger_account INTEGER NOT NULL,
    klass INTEGER NOT NULL,
    location INTEGER NOT NULL,
    debit_minor INTEGER NOT NULL,
    credit_minor INTEGER NOT NULL,
    PRIMARY KEY (company_id, month_first_day, ledger_account, klass, location)
) STRICT, WITHOUT ROWID

CREATE TABLE year_balance (
    company_id INTEGER NOT NULL REFERENCES books_bookscompany (id) ON DELETE CASCADE,
    year_first_day TEXT NOT NULL CHECK (year_first_day LIKE '%-01-01'),
    ledger_account INTEGER NOT NULL,
    klass INTEGER NOT NULL,
    location INTEGER NOT NULL,
    debit_minor INTEGER NOT NULL,
    credit_minor INTEGER NOT NULL,
    PRIMARY KEY (company_id, year_first_day, ledger_account, klass, location)
) STRICT, WITHOUT ROWID

CREATE INDEX posting_balance ON posting (company_id, ledger_account, day, amount_minor)

CREATE INDEX journal_entry_day ON journal_entry (company_id, day)

-- Finds the entries of a record, and allows one live entry of it.
CREATE UNIQUE INDEX journal_entry_live ON journal_entry
(record_id, (CASE WHEN superseded OR reverses_id IS NOT NULL THEN id ELSE 0 END))

CREATE UNIQUE INDEX journal_entry_reversal ON journal_entry (reverses_id) WHERE reverses_id IS NOT NULL

CREATE TRIGGER journal_entry_balances BEFORE INSERT ON journal_entry
WHEN NEW.superseded OR NEW.reverses_id IS NOT NULL OR coalesce(NEW.id, 0) < 1 OR (
    SELECT sum(amount_minor) <> 0 OR max(day <> NEW.day OR company_id <> NEW.company_id)
    FROM posting WHERE entry_id = NEW.id
)
BEGIN
    SELECT RAISE(FAIL, 'entry-superseded: an entry starts live') WHERE NEW.superseded;
    SELECT RAISE(FAIL, 'entry-without-id: the id of an entry is given') WHERE coalesce(NEW.id, 0) < 1;
    SELECT RAISE(FAIL, 'entry-not-balanced: debits and credits differ, or a posting has another day or company')
    WHERE (
        SELECT sum(amount_minor) <> 0 OR max(day <> NEW.day OR company_id <> NEW.company_id)
        FROM posting WHERE entry_id = NEW.id
    );
    SELECT RAISE(FAIL, 'reversal-differs: a reversal is not the opposite of a live entry')
    WHERE NEW.reverses_id IS NOT NULL AND (
        NOT EXISTS (
            SELECT 1 FROM journal_entry AS reversed
            WHERE reversed.id = NEW.reverses_id AND reversed.record_id = NEW.record_id AND reversed.day = NEW.day
                AND reversed.company_id = NEW.company_id AND reversed.reverses_id IS NULL AND NOT reversed.superseded
        ) OR EXISTS (
            SELECT 1 FROM posting WHERE entry_id IN (NEW.id, NEW.reverses_id)
            GROUP BY ledger_account, klass, location HAVING sum(amount_minor) <> 0
        )
    );
END

CREATE TRIGGER journal_entry_supersedes AFTER INSERT ON journal_entry
WHEN NEW.reverses_id IS NOT NULL
BEGIN
    UPDATE OR FAIL journal_entry SET superseded = TRUE WHERE id = NEW.reverses_id;
END

CREATE TRIGGER journal_entry_fixed BEFORE UPDATE ON journal_entry
WHEN OLD.superseded OR NOT NEW.superseded OR NEW.id IS NOT OLD.id OR NEW.company_id IS NOT OLD.company_id
    OR NEW.record_id IS NOT OLD.record_id OR NEW.sync_token IS NOT OLD.sync_token OR NEW.day IS NOT OLD.day
    OR NEW.reverses_id IS NOT OLD.reverses_id
    OR NOT EXISTS (SELECT 1 FROM journal_entry WHERE reverses_id = OLD.id)
BEGIN
    SELECT RAISE(FAIL, 'entry-fixed: an entry is superseded by its reversal and not changed otherwise');
END

CREATE TRIGGER journal_entry_kept BEFORE DELETE ON journal_entry
WHEN EXISTS (SELECT 1 FROM books_bookscompany WHERE id = OLD.company_id)
BEGIN
    SELECT RAISE(FAIL, 'entry-kept: an entry is not deleted');
END

CREATE TRIGGER posting_comes_first BEFORE INSERT ON posting
WHEN EXISTS (SELECT 1 FROM journal_entry WHERE id = NEW.entry_id)
BEGIN
    SELECT RAISE(FAIL, 'entry-complete: no posting is added to an entry that exists');
END

CREATE TRIGGER posting_fixed BEFORE UPDATE ON posting
BEGIN
    SELECT RAISE(FAIL, 'posting-fixed: a posting is not changed');
END

CREATE TRIGGER posting_kept BEFORE DELETE ON posting
WHEN EXISTS (SELECT 1 FROM books_bookscompany WHERE id = OLD.company_id)
BEGIN
    SELECT RAISE(FAIL, 'posting-kept: a posting is not deleted');
END
