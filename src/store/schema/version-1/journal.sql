-- What happened, and what it does to the books.

-- One event of the accounting rules, with its papers. A reference names one living event of its series: `attempt` counts on when
-- the one before was reversed.
CREATE TABLE event (
  record INTEGER PRIMARY KEY REFERENCES record (number) DEFERRABLE INITIALLY DEFERRED,
  kind TEXT NOT NULL,
  date TEXT NOT NULL CHECK (date GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
  series TEXT NOT NULL CHECK (series IN ('pledge', 'receipt', 'other')),
  reference TEXT,
  attempt INTEGER NOT NULL CHECK (attempt > 0),
  authority TEXT,
  note TEXT,
  document TEXT,
  document_sha256 TEXT CHECK (length(document_sha256) = 64),
  pledge INTEGER REFERENCES pledge (number) DEFERRABLE INITIALLY DEFERRED,
  receipt INTEGER REFERENCES receipt (number) DEFERRABLE INITIALLY DEFERRED
) STRICT;

CREATE UNIQUE INDEX event_by_reference ON event (reference, series, attempt) WHERE reference IS NOT NULL;

-- A pledge: P-2017-001 is number 2017000001.
CREATE TABLE pledge (
  number INTEGER PRIMARY KEY CHECK (number % 1000000 > 0),
  record INTEGER NOT NULL REFERENCES record (number) DEFERRABLE INITIALLY DEFERRED,
  contributor TEXT NOT NULL REFERENCES contributor (code) DEFERRABLE INITIALLY DEFERRED,
  fund TEXT NOT NULL REFERENCES fund (code) DEFERRABLE INITIALLY DEFERRED,
  currency TEXT NOT NULL CHECK (length(currency) = 3)
) STRICT;

CREATE INDEX pledge_by_contributor ON pledge (contributor, fund);

-- The instalments of a pledge as first promised, in minor units of its currency.
CREATE TABLE instalment (
  pledge INTEGER NOT NULL REFERENCES pledge (number) DEFERRABLE INITIALLY DEFERRED,
  number INTEGER NOT NULL CHECK (number > 0),
  year INTEGER NOT NULL CHECK (year BETWEEN 1900 AND 2199),
  due TEXT NOT NULL CHECK (due GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
  amount INTEGER NOT NULL CHECK (amount > 0),
  PRIMARY KEY (pledge, number)
) STRICT, WITHOUT ROWID;

-- A receipt: R-2017-001 is number 2017000001. Amounts in minor units of its currency.
CREATE TABLE receipt (
  number INTEGER PRIMARY KEY CHECK (number % 1000000 > 0),
  record INTEGER NOT NULL REFERENCES record (number) DEFERRABLE INITIALLY DEFERRED,
  contributor TEXT REFERENCES contributor (code) DEFERRABLE INITIALLY DEFERRED,
  fund TEXT NOT NULL REFERENCES fund (code) DEFERRABLE INITIALLY DEFERRED,
  bank TEXT NOT NULL REFERENCES bank (code) DEFERRABLE INITIALLY DEFERRED,
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  amount INTEGER NOT NULL CHECK (amount > 0),
  charge INTEGER NOT NULL CHECK (charge >= 0),
  payer TEXT,
  direction TEXT
) STRICT;

-- The header of an entry is written after its lines, and only when they balance.
CREATE TABLE entry (
  number INTEGER PRIMARY KEY CHECK (number > 0),
  record INTEGER NOT NULL REFERENCES record (number) DEFERRABLE INITIALLY DEFERRED,
  date TEXT NOT NULL CHECK (date GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
  kind TEXT NOT NULL,
  reverses INTEGER REFERENCES entry (number) DEFERRABLE INITIALLY DEFERRED CHECK (reverses < number)
) STRICT;

CREATE INDEX entry_by_date ON entry (date);
CREATE INDEX entry_by_record ON entry (record);
CREATE UNIQUE INDEX entry_reversed_once ON entry (reverses) WHERE reverses IS NOT NULL;

-- A line: `debit` and `credit` in minor units of the currency of the books, `amount` in minor units of the line's own currency,
-- positive on the debit side. A receivable names its pledge, instalment and contributor; cash names its bank account.
CREATE TABLE line (
  entry INTEGER NOT NULL REFERENCES entry (number) DEFERRABLE INITIALLY DEFERRED,
  number INTEGER NOT NULL CHECK (number > 0),
  fund TEXT NOT NULL REFERENCES fund (code) DEFERRABLE INITIALLY DEFERRED,
  account INTEGER NOT NULL REFERENCES account (code) DEFERRABLE INITIALLY DEFERRED,
  contributor TEXT REFERENCES contributor (code) DEFERRABLE INITIALLY DEFERRED,
  bank TEXT REFERENCES bank (code) DEFERRABLE INITIALLY DEFERRED,
  pledge INTEGER,
  instalment INTEGER,
  receipt INTEGER REFERENCES receipt (number) DEFERRABLE INITIALLY DEFERRED,
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  amount INTEGER NOT NULL,
  debit INTEGER NOT NULL CHECK (debit >= 0),
  credit INTEGER NOT NULL CHECK (credit >= 0),
  PRIMARY KEY (entry, number),
  FOREIGN KEY (pledge, instalment) REFERENCES instalment (pledge, number) DEFERRABLE INITIALLY DEFERRED,
  CHECK (debit = 0 OR credit = 0),
  CHECK (debit + credit + abs(amount) > 0),
  CHECK ((amount >= 0 OR debit = 0) AND (amount <= 0 OR credit = 0)),
  CHECK ((pledge IS NULL) = (instalment IS NULL)),
  CHECK (account NOT IN (1210, 1215, 9110) OR (pledge IS NOT NULL AND contributor IS NOT NULL)),
  CHECK (pledge IS NULL OR account IN (1210, 1215, 9110, 6310)),
  CHECK ((account IN (2320, 2330)) = (receipt IS NOT NULL)),
  CHECK (account <> 2320 OR contributor IS NOT NULL),
  CHECK ((account = 1110) = (bank IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX line_by_pledge ON line (pledge) WHERE pledge IS NOT NULL;
CREATE INDEX line_by_receipt ON line (receipt) WHERE receipt IS NOT NULL;

CREATE TRIGGER line_belongs_to_the_next_entry BEFORE INSERT ON line
WHEN NEW.entry IS NOT (SELECT coalesce(max(number), 0) + 1 FROM entry)
BEGIN
  SELECT RAISE(ABORT, 'corefund: a line belongs to the next entry, never to a recorded one');
END;

-- The header is written last, and only when the entry is sound: it is the next one, has lines, lies in an open year, and its debits
-- equal its credits in every fund, in the accounts proper and in the memorandum accounts (9000 and above) each by themselves.
CREATE TRIGGER entry_is_sound BEFORE INSERT ON entry
BEGIN
  SELECT RAISE(ABORT, 'corefund: entries are numbered without a gap')
  WHERE NEW.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM entry);

  SELECT RAISE(ABORT, 'corefund: an entry has two lines or more')
  WHERE (SELECT count(*) FROM line WHERE entry = NEW.number) < 2;

  SELECT RAISE(ABORT, 'corefund: the year is closed')
  WHERE CAST(substr(NEW.date, 1, 4) AS INTEGER) <= (SELECT max(year) FROM closing);

  SELECT RAISE(ABORT, 'corefund: an entry balances in every fund')
  WHERE EXISTS (
    SELECT 1 FROM line AS one WHERE one.entry = NEW.number AND (
      SELECT sum(debit) - sum(credit) FROM line AS other
      WHERE other.entry = one.entry AND other.fund = one.fund AND (other.account >= 9000) = (one.account >= 9000)
    ) <> 0
  );
END;
