-- The chain: everything that can change a figure is a numbered record, hashed with the record before it.

-- One ledger a file; the first record founds it.
CREATE TABLE ledger (
  record INTEGER PRIMARY KEY CHECK (record = 1) REFERENCES record (number) DEFERRABLE INITIALLY DEFERRED,
  id TEXT NOT NULL CHECK (length(id) = 32),
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  created TEXT NOT NULL
) STRICT;

-- A record is stamped last, when everything that belongs to it is written: its number follows on, its hash covers the hash before.
CREATE TABLE record (
  number INTEGER PRIMARY KEY CHECK (number > 0),
  kind TEXT NOT NULL,
  hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

CREATE TRIGGER record_follows_on BEFORE INSERT ON record
WHEN NEW.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM record)
BEGIN
  SELECT RAISE(ABORT, 'corefund: records are numbered without a gap');
END;

-- An operation is one command: who recorded what, when, with which program. It closes the records that it made, from `first` to itself,
-- and seals the control totals as they stand after it.
CREATE TABLE operation (
  record INTEGER PRIMARY KEY REFERENCES record (number) DEFERRABLE INITIALLY DEFERRED,
  first INTEGER NOT NULL CHECK (first <= record),
  recorded TEXT NOT NULL,
  operator TEXT NOT NULL,
  login TEXT NOT NULL,
  host TEXT NOT NULL,
  program TEXT NOT NULL,
  command TEXT NOT NULL,
  clock TEXT NOT NULL CHECK (clock IN ('system', 'given')),
  controls BLOB NOT NULL CHECK (length(controls) = 32)
) STRICT;
