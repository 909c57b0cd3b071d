-- What came in, and what the documents say. Nothing here is ever overwritten: a changed row is a new version,
-- a delivery taken back is closed, not erased.
-- Every large table carries county_code first in its key (六位区县代码, '000000' while unknown), so that the base can
-- be distributed by county; numbers come from per-county counters, not from a sequence all shards would share.

CREATE TABLE counter (
  name        text NOT NULL,                 -- 'delivery', 'build', 'run', 'job', 'parcel:430211', …
  last_value  bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (name)
);

CREATE TABLE delivered_file (                -- the bytes as they came, once per content
  sha256  text PRIMARY KEY,
  bytes   bytea NOT NULL
);

CREATE TABLE delivery (
  delivery_id     bigint PRIMARY KEY,
  kind            text NOT NULL,
  layer           text,                      -- only for kind 'layer'
  file_name       text NOT NULL,
  file_sha256     text NOT NULL REFERENCES delivered_file,
  options         jsonb NOT NULL,            -- mapping, declared CRS, all-or-nothing: what is needed to read it again
  crs             text,                      -- 'EPSG:4526'; null for tables without coordinates
  crs_known_by    text,                      -- 'prj' | 'header' | 'option' | 'magnitude' | 'format' | 'none'
  encoding        text,
  rows_read       integer NOT NULL,
  rows_used       integer NOT NULL,
  rows_repaired   integer NOT NULL,
  rows_unchanged  integer NOT NULL,
  rows_refused    integer NOT NULL,
  received_at     timestamptz NOT NULL,
  undone_at       timestamptz,
  CONSTRAINT every_row_ends_somewhere
    CHECK (rows_read = rows_used + rows_repaired + rows_unchanged + rows_refused)
);

CREATE TABLE delivery_issue (
  delivery_id  bigint NOT NULL REFERENCES delivery,
  issue_no     integer NOT NULL,
  row_no       integer,                      -- 1-based row of the file; null when the whole file is meant
  field        text,
  code         text NOT NULL,                -- P601… or an import code such as CODE_NUMERIC
  severity     text NOT NULL CHECK (severity IN ('must_fix', 'may_fix_later', 'note')),
  message_zh   text NOT NULL,
  message_en   text NOT NULL,
  value        text,
  PRIMARY KEY (delivery_id, issue_no)
);

CREATE TABLE record (
  county_code        text NOT NULL CHECK (county_code ~ '^\d{6}$'),
  record_id          bigint NOT NULL,        -- one document row through all its versions
  version_no         integer NOT NULL,
  kind               text NOT NULL,          -- server/record/record.ts, recordKinds
  layer              text NOT NULL DEFAULT '',
  record_key         text NOT NULL,          -- what makes it the same row in the next delivery
  doc                text,                   -- number shown to people: 批文号, 电子监管号, 宗地代码 …
  fields             jsonb NOT NULL,         -- canonical names; absent = unknown
  raw                jsonb NOT NULL,         -- the row as delivered
  content_hash       text NOT NULL,          -- of fields and delivered geometry: same hash, nothing changed
  valid_during       daterange NOT NULL,     -- true on the ground
  recorded_at        timestamptz NOT NULL,   -- known to us from …
  replaced_at        timestamptz,            -- … until; null: still what we know
  delivery_id        bigint NOT NULL REFERENCES delivery,
  row_no             integer NOT NULL,
  geom               geometry(MultiPolygon, 4547) CHECK (geom IS NULL OR ST_IsValid(geom)),
  geom_delivered     bytea,                  -- EWKB in the delivered CRS, coordinates untouched
  area_document_m2   float8,                 -- what the paper says
  area_planar_m2     float8,                 -- in the working CRS
  area_ellipsoid_m2  float8,                 -- 三调 formula on CGCS2000
  PRIMARY KEY (county_code, record_id, version_no),
  CHECK ((geom IS NULL) = (area_planar_m2 IS NULL) AND (geom IS NULL) = (area_ellipsoid_m2 IS NULL))
);
CREATE UNIQUE INDEX record_known_once ON record (county_code, kind, layer, record_key) WHERE replaced_at IS NULL;
CREATE INDEX record_by_key ON record (kind, layer, record_key);
CREATE INDEX record_by_delivery ON record (delivery_id);
CREATE INDEX record_by_id ON record (record_id);
CREATE INDEX record_geom ON record USING gist (geom);
