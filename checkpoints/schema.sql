CREATE TABLE pair (
  id      INTEGER PRIMARY KEY,
  route   TEXT NOT NULL,
  source  TEXT NOT NULL,
  target  TEXT NOT NULL,
  account TEXT NOT NULL,
  UNIQUE (route, source, target, account)
) STRICT;

CREATE TABLE ledger (
  pair     INTEGER NOT NULL REFERENCES pair,
  kind     INTEGER NOT NULL,
  parent   TEXT NOT NULL,
  id       TEXT NOT NULL,
  state    INTEGER NOT NULL,
  flags    INTEGER NOT NULL DEFAULT 0,
  run      INTEGER NOT NULL,
  target   TEXT,
  mark     TEXT,
  written  BLOB,
  mapping  TEXT,
  version  TEXT,
  reason   TEXT,
  detail   TEXT,
  since    INTEGER,
  job      TEXT,
  returned BLOB,
  tversion TEXT,
  natural  TEXT,
  PRIMARY KEY (pair, kind, parent, id)
) STRICT, WITHOUT ROWID;

-- States below 10 are open.
CREATE INDEX ledger_open ON ledger (pair, kind, state) WHERE state < 10;
CREATE INDEX ledger_natural ON ledger (kind, natural) WHERE natural IS NOT NULL;

-- The partitions: each with its place, its state and its owner.
CREATE TABLE part (
  pair   INTEGER NOT NULL REFERENCES pair,
  kind   INTEGER NOT NULL,
  part   TEXT NOT NULL,
  hash   TEXT NOT NULL,
  cursor TEXT NOT NULL,
  owner  TEXT,
  lease  INTEGER,
  at     INTEGER NOT NULL,
  PRIMARY KEY (pair, kind, part)
) STRICT, WITHOUT ROWID;

CREATE TABLE keys (
  owner INTEGER NOT NULL,
  key   TEXT NOT NULL,
  value BLOB NOT NULL,
  PRIMARY KEY (owner, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE owner (
  id   INTEGER PRIMARY KEY,
  uuid TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE run (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  verb     TEXT NOT NULL,
  args     TEXT NOT NULL,
  state    TEXT NOT NULL,
  started  INTEGER NOT NULL,
  ended    INTEGER,
  mapping  TEXT NOT NULL,
  requests INTEGER NOT NULL DEFAULT 0,
  summary  TEXT NOT NULL DEFAULT ''
) STRICT;
