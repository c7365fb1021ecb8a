-- The guard of a table of facts: {table}. Written once, by corefund, and then never changed, removed or replaced.
CREATE TRIGGER {table}_is_never_changed BEFORE UPDATE ON {table}
BEGIN
  SELECT RAISE(ABORT, 'corefund: what is recorded is never changed');
END;

CREATE TRIGGER {table}_is_never_removed BEFORE DELETE ON {table}
BEGIN
  SELECT RAISE(ABORT, 'corefund: what is recorded is never removed');
END;

-- INSERT OR REPLACE would delete without asking the trigger above.
CREATE TRIGGER {table}_is_never_replaced BEFORE INSERT ON {table}
WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})
BEGIN
  SELECT RAISE(ABORT, 'corefund: what is recorded is never replaced');
END;

CREATE TRIGGER {table}_is_written_by_corefund BEFORE INSERT ON {table}
BEGIN
  SELECT only_corefund_may_write();
END;
