-- Delivered bytes in pieces of some megabytes, so that neither side ever holds a whole file. A file of one piece stays in
-- its own row, as all did before.
ALTER TABLE delivered_file ALTER COLUMN bytes DROP NOT NULL;    -- null: in pieces
CREATE TABLE delivered_piece (
  sha256    text NOT NULL REFERENCES delivered_file,
  piece_no  integer NOT NULL,                   -- from 1, in the order of the file
  bytes     bytea NOT NULL,
  PRIMARY KEY (sha256, piece_no)
);
ALTER TABLE delivered_file ALTER COLUMN bytes SET STORAGE EXTERNAL;   -- most come packed; packing them again only costs time
ALTER TABLE delivered_piece ALTER COLUMN bytes SET STORAGE EXTERNAL;
