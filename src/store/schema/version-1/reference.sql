-- Reference data: who, which fund, which account, at which rate, under which parameter.

CREATE TABLE account (
  code INTEGER PRIMARY KEY,
  record INTEGER NOT NULL REFERENCES record (number) DEFERRABLE INITIALLY DEFERRED,
  name TEXT NOT NULL,
  class TEXT NOT NULL CHECK (class IN ('asset', 'liability', 'fund balance', 'revenue', 'expense', 'memorandum'))
) STRICT;

CREATE TABLE area (
  code TEXT PRIMARY KEY,
  record INTEGER NOT NULL REFERENCES record (number) DEFERRABLE INITIALLY DEFERRED,
  name TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE fund (
  code TEXT PRIMARY KEY,
  record INTEGER NOT NULL REFERENCES record (number) DEFERRABLE INITIALLY DEFERRED,
  name TEXT NOT NULL,
  area TEXT REFERENCES area (code) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;

CREATE TABLE bank (
  code TEXT PRIMARY KEY,
  record INTEGER NOT NULL REFERENCES record (number) DEFERRABLE INITIALLY DEFERRED,
  name TEXT NOT NULL,
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  number TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE contributor (
  code TEXT PRIMARY KEY,
  record INTEGER NOT NULL REFERENCES record (number) DEFERRABLE INITIALLY DEFERRED,
  name TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('member-state', 'state', 'organisation'))
) STRICT, WITHOUT ROWID;

CREATE TABLE alias (
  contributor TEXT NOT NULL REFERENCES contributor (code) DEFERRABLE INITIALLY DEFERRED,
  name TEXT NOT NULL,
  record INTEGER NOT NULL REFERENCES record (number) DEFERRABLE INITIALLY DEFERRED,
  PRIMARY KEY (contributor, name)
) STRICT, WITHOUT ROWID;

-- A percentage or limit and the day it holds from; of two for one day the later record holds.
CREATE TABLE parameter (
  record INTEGER NOT NULL REFERENCES record (number) DEFERRABLE INITIALLY DEFERRED,
  name TEXT NOT NULL,
  since TEXT NOT NULL,
  value TEXT NOT NULL,
  source TEXT NOT NULL,
  PRIMARY KEY (record, name)
) STRICT, WITHOUT ROWID;

-- Units of a currency per US dollar, in force from a day on.
CREATE TABLE rate (
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  date TEXT NOT NULL,
  record INTEGER NOT NULL REFERENCES record (number) DEFERRABLE INITIALLY DEFERRED,
  units TEXT NOT NULL,
  source TEXT NOT NULL,
  PRIMARY KEY (currency, date)
) STRICT, WITHOUT ROWID;

-- A year that is closed: nothing dated in it, or before, is written any more.
CREATE TABLE closing (
  year INTEGER PRIMARY KEY,
  record INTEGER NOT NULL REFERENCES record (number) DEFERRABLE INITIALLY DEFERRED
) STRICT;
