-- One row a record. body is the cover as JSON, without what has a column of its
-- own; change is the number of its last change, the cursor of readers.
-- state: 0 live, 1 gone at its source (a tombstone with its words), 2 taken back.
CREATE TABLE record (
  n       INTEGER PRIMARY KEY,
  kind    INTEGER NOT NULL,
  id      TEXT    NOT NULL,
  mark    TEXT,
  source  INTEGER NOT NULL,
  state   INTEGER NOT NULL,
  change  INTEGER NOT NULL,
  natural TEXT,
  updated TEXT,
  body    TEXT    NOT NULL
);
CREATE UNIQUE INDEX record_id      ON record (kind, id);
CREATE UNIQUE INDEX record_mark    ON record (kind, mark) WHERE mark IS NOT NULL;
CREATE UNIQUE INDEX record_change  ON record (kind, change);
CREATE        INDEX record_natural ON record (kind, natural) WHERE natural IS NOT NULL;

-- One row a message. n is the ticket's n times 2^24 plus its place, so that a
-- ticket's messages lie together without an index. name is its mark ("m..."), else
-- its id ("i..."), else its print ("p..."); key is the low half of the ticket's n
-- and a hash of the name, so that looking one up touches one small index.
CREATE TABLE message (
  n      INTEGER PRIMARY KEY,
  key    INTEGER NOT NULL,
  change INTEGER NOT NULL,
  at     INTEGER,
  files  INTEGER NOT NULL,
  name   TEXT    NOT NULL,
  rest   TEXT    NOT NULL,
  body   TEXT,
  html   TEXT
);
CREATE INDEX message_key ON message (key);

-- One row a content: size bytes of the pack from offset on.
CREATE TABLE file (
  sha    BLOB    PRIMARY KEY,
  pack   INTEGER NOT NULL,
  offset INTEGER NOT NULL,
  size   INTEGER NOT NULL
) WITHOUT ROWID;

-- One row a pack. Its file may be longer than size; that much of it counts.
CREATE TABLE pack (
  n    INTEGER PRIMARY KEY,
  size INTEGER NOT NULL
);

-- One row a source that was pulled. prefix never changes; name is its last label.
CREATE TABLE source (
  n      INTEGER PRIMARY KEY,
  uuid   TEXT NOT NULL UNIQUE,
  prefix TEXT NOT NULL UNIQUE,
  name   TEXT NOT NULL
);

-- How many there are of each kind (messages and files too), source and state.
CREATE TABLE tally (
  kind   INTEGER NOT NULL,
  source INTEGER NOT NULL,
  state  INTEGER NOT NULL,
  count  INTEGER NOT NULL,
  PRIMARY KEY (kind, source, state)
) WITHOUT ROWID;

CREATE TABLE about (
  one  INTEGER PRIMARY KEY CHECK (one = 1),
  uuid TEXT NOT NULL
);
