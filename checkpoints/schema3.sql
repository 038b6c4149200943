-- What people had the target say where a policy left it so.
ALTER TABLE ledger ADD COLUMN settled BLOB;

-- What a write was about to say of which nobody knows yet whether it happened.
ALTER TABLE ledger ADD COLUMN begun BLOB;
