-- A bank statement that was imported by mistake, set aside with its lines: they are no lines of the account any more, and none of them is matched.
CREATE TABLE bank_aside (
  statement INTEGER PRIMARY KEY REFERENCES bank_statement (number) DEFERRABLE INITIALLY DEFERRED,
  record INTEGER NOT NULL REFERENCES record (number) DEFERRABLE INITIALLY DEFERRED,
  reason TEXT NOT NULL
) STRICT;

CREATE INDEX bank_aside_by_record ON bank_aside (record);
