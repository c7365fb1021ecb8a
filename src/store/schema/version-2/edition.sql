-- Statements as they were issued to a Meeting.

-- Edition 1 of the year 2017 is number 2017000001: which statement it is (of one fund, or of all), as at which day, knowing the records
-- up to `known_at`, whose hash is `head`; and the edition of the same statement that it follows.
CREATE TABLE edition (
  number INTEGER PRIMARY KEY CHECK (number % 1000000 > 0),
  record INTEGER NOT NULL REFERENCES record (number) DEFERRABLE INITIALLY DEFERRED,
  fund TEXT REFERENCES fund (code) DEFERRABLE INITIALLY DEFERRED,
  meeting TEXT NOT NULL,
  as_of TEXT NOT NULL CHECK (as_of GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
  known_at INTEGER NOT NULL REFERENCES record (number) DEFERRABLE INITIALLY DEFERRED CHECK (known_at < record),
  head BLOB NOT NULL CHECK (length(head) = 32),
  before INTEGER REFERENCES edition (number) DEFERRABLE INITIALLY DEFERRED CHECK (before < number)
) STRICT;

CREATE INDEX edition_by_record ON edition (record);

-- The bytes of an edition in one format.
CREATE TABLE edition_file (
  edition INTEGER NOT NULL REFERENCES edition (number) DEFERRABLE INITIALLY DEFERRED,
  format TEXT NOT NULL,
  record INTEGER NOT NULL REFERENCES record (number) DEFERRABLE INITIALLY DEFERRED,
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
  bytes BLOB NOT NULL,
  PRIMARY KEY (edition, format)
) STRICT;

CREATE INDEX edition_file_by_record ON edition_file (record);
