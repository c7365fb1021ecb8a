-- What one officer prepared and another one has to approve.

-- A form that was filled in and is not recorded yet: JSON in one line, without control characters.
CREATE TABLE draft (
  number INTEGER PRIMARY KEY CHECK (number > 0),
  record INTEGER NOT NULL REFERENCES record (number) DEFERRABLE INITIALLY DEFERRED,
  kind TEXT NOT NULL,
  form TEXT NOT NULL CHECK (json_valid(form) AND instr(form, char(9)) + instr(form, char(10)) = 0)
) STRICT;

CREATE INDEX draft_by_record ON draft (record);

-- What became of a draft.
CREATE TABLE draft_end (
  draft INTEGER PRIMARY KEY REFERENCES draft (number) DEFERRABLE INITIALLY DEFERRED,
  record INTEGER NOT NULL REFERENCES record (number) DEFERRABLE INITIALLY DEFERRED,
  verdict TEXT NOT NULL CHECK (verdict IN ('approved', 'declined')),
  reason TEXT
) STRICT;

CREATE INDEX draft_end_by_record ON draft_end (record);
