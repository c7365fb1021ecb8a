-- What the bank says: its statements, their lines, and which entry a line was matched with.

-- A bank statement as it was read from a file. `statement` is the bank's own number of it; `opening` and `closing` are its balances in
-- minor units of its currency, where the format tells them.
CREATE TABLE bank_statement (
  number INTEGER PRIMARY KEY CHECK (number > 0),
  record INTEGER NOT NULL REFERENCES record (number) DEFERRABLE INITIALLY DEFERRED,
  bank TEXT NOT NULL REFERENCES bank (code) DEFERRABLE INITIALLY DEFERRED,
  format TEXT NOT NULL,
  name TEXT NOT NULL,
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
  statement TEXT,
  first TEXT CHECK (first GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
  last TEXT CHECK (last GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  opening INTEGER,
  closing INTEGER,
  CHECK (first <= last)
) STRICT;

CREATE INDEX bank_statement_by_record ON bank_statement (record);
CREATE INDEX bank_statement_by_bank ON bank_statement (bank, last);
CREATE INDEX bank_statement_by_file ON bank_statement (sha256);

-- A line of a bank statement: B-2017-001 is number 2017000001, numbered in the year of its value date. `amount` is positive for money that
-- came and negative for money that went, in minor units; `charge` is what the bank kept of it; `original` is what was ordered in another
-- currency; `returned` marks a payment that came back; `suggestion` is what the office's rules for this bank make of the line.
CREATE TABLE bank_line (
  number INTEGER PRIMARY KEY CHECK (number % 1000000 > 0),
  record INTEGER NOT NULL REFERENCES record (number) DEFERRABLE INITIALLY DEFERRED,
  statement INTEGER NOT NULL REFERENCES bank_statement (number) DEFERRABLE INITIALLY DEFERRED,
  bank TEXT NOT NULL REFERENCES bank (code) DEFERRABLE INITIALLY DEFERRED,
  booked TEXT NOT NULL CHECK (booked GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
  value TEXT NOT NULL CHECK (value GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  amount INTEGER NOT NULL CHECK (amount <> 0),
  charge INTEGER NOT NULL CHECK (charge >= 0),
  original TEXT,
  payer TEXT,
  text TEXT,
  bank_reference TEXT,
  customer_reference TEXT,
  kind TEXT,
  returned INTEGER NOT NULL CHECK (returned IN (0, 1)),
  suggestion TEXT,
  CHECK (number / 1000000 = CAST(substr(value, 1, 4) AS INTEGER))
) STRICT;

CREATE INDEX bank_line_by_record ON bank_line (record);
CREATE INDEX bank_line_by_statement ON bank_line (statement);
CREATE INDEX bank_line_by_value ON bank_line (value);
CREATE INDEX bank_line_by_reference ON bank_line (bank, bank_reference) WHERE bank_reference IS NOT NULL;

-- So much of a bank line is what an entry has on the bank account, in minor units of the account's currency, signed as the line; and why.
CREATE TABLE bank_match (
  number INTEGER PRIMARY KEY CHECK (number > 0),
  record INTEGER NOT NULL REFERENCES record (number) DEFERRABLE INITIALLY DEFERRED,
  line INTEGER NOT NULL REFERENCES bank_line (number) DEFERRABLE INITIALLY DEFERRED,
  entry INTEGER NOT NULL REFERENCES entry (number) DEFERRABLE INITIALLY DEFERRED,
  amount INTEGER NOT NULL CHECK (amount <> 0),
  reasons TEXT NOT NULL
) STRICT;

CREATE INDEX bank_match_by_record ON bank_match (record);
CREATE INDEX bank_match_by_line ON bank_match (line);
CREATE INDEX bank_match_by_entry ON bank_match (entry);

-- A match that was taken back.
CREATE TABLE bank_unmatch (
  match INTEGER PRIMARY KEY REFERENCES bank_match (number) DEFERRABLE INITIALLY DEFERRED,
  record INTEGER NOT NULL REFERENCES record (number) DEFERRABLE INITIALLY DEFERRED,
  reason TEXT NOT NULL
) STRICT;

CREATE INDEX bank_unmatch_by_record ON bank_unmatch (record);

-- A name by which the bank prints a contributor, learnt when the officer confirms; without a contributor it is forgotten. Of two rows for
-- one name the later record holds.
CREATE TABLE payer (
  record INTEGER NOT NULL REFERENCES record (number) DEFERRABLE INITIALLY DEFERRED,
  name TEXT NOT NULL,
  contributor TEXT REFERENCES contributor (code) DEFERRABLE INITIALLY DEFERRED,
  PRIMARY KEY (record, name)
) STRICT, WITHOUT ROWID;

CREATE INDEX payer_by_name ON payer (name);
