-- Events and lines are made anew, with the same columns and the same demands. Version 1 asked for membership in a list, for which SQLite puts the
-- list into a table of its own for every row that is written: that took as long as all the rest. What is recorded is copied as it is.

CREATE TABLE event_of_version_1 AS SELECT * FROM event;
DROP TABLE event;

CREATE TABLE event (
  record INTEGER PRIMARY KEY REFERENCES record (number) DEFERRABLE INITIALLY DEFERRED,
  kind TEXT NOT NULL,
  date TEXT NOT NULL CHECK (date GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
  series TEXT NOT NULL CHECK (series = 'pledge' OR series = 'receipt' OR series = 'other'),
  reference TEXT,
  attempt INTEGER NOT NULL CHECK (attempt > 0),
  authority TEXT,
  note TEXT,
  document TEXT,
  document_sha256 TEXT CHECK (length(document_sha256) = 64),
  pledge INTEGER REFERENCES pledge (number) DEFERRABLE INITIALLY DEFERRED,
  receipt INTEGER REFERENCES receipt (number) DEFERRABLE INITIALLY DEFERRED
) STRICT;

INSERT INTO event SELECT * FROM event_of_version_1 ORDER BY record;
DROP TABLE event_of_version_1;

CREATE UNIQUE INDEX event_by_reference ON event (reference, series, attempt) WHERE reference IS NOT NULL;

CREATE TABLE line_of_version_1 AS SELECT * FROM line;
DROP TABLE line;

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
  CHECK ((account <> 1210 AND account <> 1215 AND account <> 9110) OR (pledge IS NOT NULL AND contributor IS NOT NULL)),
  CHECK (pledge IS NULL OR account = 1210 OR account = 1215 OR account = 9110 OR account = 6310),
  CHECK ((account = 2320 OR account = 2330) = (receipt IS NOT NULL)),
  CHECK (account <> 2320 OR contributor IS NOT NULL),
  CHECK ((account = 1110) = (bank IS NOT NULL))
) STRICT, WITHOUT ROWID;

INSERT INTO line SELECT * FROM line_of_version_1 ORDER BY entry, number;
DROP TABLE line_of_version_1;

CREATE INDEX line_by_pledge ON line (pledge) WHERE pledge IS NOT NULL;
CREATE INDEX line_by_receipt ON line (receipt) WHERE receipt IS NOT NULL;

CREATE TRIGGER line_belongs_to_the_next_entry BEFORE INSERT ON line
WHEN NEW.entry IS NOT (SELECT coalesce(max(number), 0) + 1 FROM entry)
BEGIN
  SELECT RAISE(ABORT, 'corefund: a line belongs to the next entry, never to a recorded one');
END;
