-- Segments, the oldest with the smallest number. size is the bytes of its blocks;
-- replaced says that it takes something out of older ones.
CREATE TABLE segment (
  number   INTEGER PRIMARY KEY,
  blocks   INTEGER NOT NULL,
  size     INTEGER NOT NULL,
  replaced INTEGER NOT NULL
);

-- The blocks of segments: n is the segment's number times 2^32 plus the place in
-- it, term the first one of the block. Those of no segment are left over from
-- a merge and swept. places comes last: who needs none does not read that far.
CREATE TABLE block (
  n       INTEGER PRIMARY KEY,
  segment INTEGER NOT NULL,
  term    BLOB    NOT NULL,
  docs    BLOB    NOT NULL,
  places  BLOB    NOT NULL
);
CREATE INDEX block_term ON block (segment, term);
