-- Balances kept beside the journal so that a report costs what it asks for. Every figure here can be recomputed from the lines,
-- `verify` does so, and the control totals make a report notice when one was altered. No other rows are ever changed.

-- Where an instalment stands, in minor units of the pledge's currency; `open_value` and `disputed_value` in that of the books.
-- `latest` is the latest day of its lines, `lines` how many there are.
CREATE TABLE standing (
  pledge INTEGER NOT NULL,
  instalment INTEGER NOT NULL,
  fund TEXT NOT NULL,
  contributor TEXT NOT NULL,
  year INTEGER NOT NULL,
  due TEXT NOT NULL,
  currency TEXT NOT NULL,
  original INTEGER NOT NULL,
  announced INTEGER NOT NULL,
  pledged INTEGER NOT NULL,
  revised INTEGER NOT NULL,
  given_up INTEGER NOT NULL,
  received INTEGER NOT NULL,
  open INTEGER NOT NULL,
  disputed INTEGER NOT NULL,
  open_value INTEGER NOT NULL,
  disputed_value INTEGER NOT NULL,
  latest TEXT NOT NULL,
  lines INTEGER NOT NULL,
  PRIMARY KEY (pledge, instalment)
) STRICT, WITHOUT ROWID;

CREATE INDEX standing_open ON standing (contributor, fund, due) WHERE open <> 0;
CREATE INDEX standing_waiting ON standing (contributor, due) WHERE announced <> 0 OR disputed <> 0;
CREATE INDEX standing_by_year ON standing (year);

-- What of a receipt is held on 2320 or 2330, in minor units of the receipt's currency; `value` in that of the books.
CREATE TABLE holding (
  receipt INTEGER NOT NULL,
  account INTEGER NOT NULL,
  fund TEXT NOT NULL,
  contributor TEXT NOT NULL,
  currency TEXT NOT NULL,
  amount INTEGER NOT NULL,
  value INTEGER NOT NULL,
  latest TEXT NOT NULL,
  lines INTEGER NOT NULL,
  PRIMARY KEY (receipt, account, fund, contributor)
) STRICT, WITHOUT ROWID;

CREATE INDEX holding_open ON holding (account, contributor) WHERE amount <> 0;

-- Movements of a fund in a year, added up; kind '' is what was brought forward from earlier years. Empty text and 0 stand for "none".
CREATE TABLE balance (
  fund TEXT NOT NULL,
  year INTEGER NOT NULL,
  kind TEXT NOT NULL,
  account INTEGER NOT NULL,
  contributor TEXT NOT NULL,
  bank TEXT NOT NULL,
  contribution_year INTEGER NOT NULL,
  due TEXT NOT NULL,
  currency TEXT NOT NULL,
  debit INTEGER NOT NULL,
  credit INTEGER NOT NULL,
  amount INTEGER NOT NULL,
  lines INTEGER NOT NULL,
  last TEXT NOT NULL,
  PRIMARY KEY (fund, year, kind, account, contributor, bank, contribution_year, due, currency)
) STRICT, WITHOUT ROWID;

-- Control totals: for each group of rows how many there are and the sum of their SHA-256 hashes modulo 2^256.
CREATE TABLE control (
  name TEXT PRIMARY KEY,
  items INTEGER NOT NULL,
  digest BLOB NOT NULL CHECK (length(digest) = 32)
) STRICT, WITHOUT ROWID;
