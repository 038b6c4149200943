-- search.db is derived from archive.db and may be deleted at any time. done is the
-- change number up to which it is complete, top the highest n it has seen. What
-- is searched and counted lies in the tables of the room words.
CREATE TABLE state (
  one     INTEGER PRIMARY KEY CHECK (one = 1),
  archive TEXT    NOT NULL,
  done    INTEGER NOT NULL,
  top     INTEGER NOT NULL
);

-- What lists show of a ticket. Times are milliseconds since 1970.
CREATE TABLE ticket (
  n         INTEGER PRIMARY KEY,
  change    INTEGER NOT NULL,
  id        TEXT NOT NULL,
  source    INTEGER NOT NULL,
  state     INTEGER NOT NULL,
  number    TEXT NOT NULL,
  subject   TEXT NOT NULL,
  status    TEXT NOT NULL,
  priority  TEXT NOT NULL,
  channel   TEXT NOT NULL,
  requester TEXT NOT NULL,
  assignee  TEXT NOT NULL,
  grp       TEXT NOT NULL,
  category  TEXT NOT NULL,
  created   INTEGER,
  last      INTEGER NOT NULL,
  messages  INTEGER NOT NULL,
  files     INTEGER NOT NULL,
  tags      TEXT NOT NULL
);
CREATE INDEX ticket_last    ON ticket (last, n);
CREATE INDEX ticket_created ON ticket (coalesce(created, last), n, created);

-- The names of people and shelves.
CREATE TABLE label (
  n      INTEGER PRIMARY KEY,
  kind   INTEGER NOT NULL,
  id     TEXT NOT NULL,
  source INTEGER NOT NULL,
  state  INTEGER NOT NULL,
  name   TEXT NOT NULL,
  email  TEXT NOT NULL,
  org    TEXT NOT NULL -- of contacts: the organisation they work for
);
CREATE UNIQUE INDEX label_id ON label (kind, id);
CREATE INDEX label_name ON label (kind, name, n);
CREATE INDEX label_org  ON label (org, name, n, id) WHERE org <> '';

CREATE TABLE email (
  address TEXT NOT NULL,
  n       INTEGER NOT NULL,
  PRIMARY KEY (address, n)
) WITHOUT ROWID;
CREATE INDEX email_n ON email (n);
