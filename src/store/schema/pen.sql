-- The guard of a table of balances: {table}. It follows the journal, so only corefund writes it.
CREATE TRIGGER {table}_is_inserted_by_corefund BEFORE INSERT ON {table}
BEGIN
  SELECT only_corefund_may_write();
END;

CREATE TRIGGER {table}_is_updated_by_corefund BEFORE UPDATE ON {table}
BEGIN
  SELECT only_corefund_may_write();
END;

CREATE TRIGGER {table}_is_deleted_by_corefund BEFORE DELETE ON {table}
BEGIN
  SELECT only_corefund_may_write();
END;
