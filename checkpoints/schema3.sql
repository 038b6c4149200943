-- What people had the target say where a policy left it so.
ALTER TABLE ledger ADD COLUMN settled BLOB;
