-- What the target could not keep of single records and messages.
CREATE TABLE loss (
  pair   INTEGER NOT NULL REFERENCES pair,
  kind   INTEGER NOT NULL,
  parent TEXT NOT NULL,
  id     TEXT NOT NULL,
  field  TEXT NOT NULL,
  detail TEXT NOT NULL,
  run    INTEGER NOT NULL,
  PRIMARY KEY (pair, kind, parent, id, field)
) STRICT, WITHOUT ROWID;

-- The run that made the record at the target; empty where we did not.
ALTER TABLE ledger ADD COLUMN made INTEGER;
