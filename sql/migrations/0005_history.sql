-- What a build says is kept for as long as it holds: a row stands in the builds from `from_build` up to, not including,
-- `to_build` (null: as it stands). A build writes only what it says otherwise than the one before, so that a change of one
-- record costs what it changes, and every past build can still be read.
--
-- A build for an earlier day than the one readers see is a look-back. It carries a negative number, -N, and all of its
-- rows stand in [-N, -N + 1): the same condition finds them, and no other build sees them.

ALTER TABLE build
  ADD COLUMN after_build  bigint,                       -- the build it was compared with; null: the first, or a look-back
  ADD COLUMN scope        text NOT NULL DEFAULT 'full' CHECK (scope IN ('full', 'changes')),
  ADD COLUMN seen         bigint[] NOT NULL DEFAULT '{}',  -- deliveries that stood when the records were read
  ADD COLUMN kept         boolean NOT NULL DEFAULT true;   -- false: made before history was kept, and its rows are gone
UPDATE build SET kept = false
WHERE build_id <> ALL (SELECT current_build FROM base WHERE current_build IS NOT NULL);

-- Keys lead with the number, not the county: numbers hold their county (parcel) or are asked for alone, and one index does
-- for both. The county stays in every key, which is all that a base distributed by county asks for.

-- what a record is called by others (`>parcel 4302…`) and calls others by (`<approval 湘政地…`); null: not read yet
ALTER TABLE record ADD COLUMN names text[];
CREATE INDEX record_names ON record USING gin (names);

ALTER TABLE parcel_record DROP CONSTRAINT parcel_record_pkey;
DROP INDEX parcel_record_parcel;
DROP INDEX parcel_record_record;
DELETE FROM parcel_record USING base WHERE build_id <> coalesce(current_build, -1);
ALTER TABLE parcel_record RENAME COLUMN build_id TO from_build;
ALTER TABLE parcel_record
  ADD COLUMN to_build         bigint,
  ADD COLUMN owner_record_id  bigint,                   -- the document the parcel comes from: whose change asks for this row again
  ADD COLUMN content_hash     text;                     -- of everything but numbers and builds: same hash, nothing changed
UPDATE parcel_record AS link SET owner_record_id = v.source_record_id
FROM parcel_version AS v
WHERE v.county_code = link.county_code AND v.parcel_id = link.parcel_id AND v.to_build IS NULL;
DELETE FROM parcel_record WHERE owner_record_id IS NULL;
ALTER TABLE parcel_record ALTER COLUMN owner_record_id SET NOT NULL;
ALTER TABLE parcel_record ADD PRIMARY KEY (parcel_id, record_id, from_build, county_code);
CREATE INDEX parcel_record_record ON parcel_record (record_id);
CREATE INDEX parcel_record_closed ON parcel_record (to_build) WHERE to_build IS NOT NULL;
CREATE INDEX parcel_record_opened ON parcel_record USING brin (from_build);

ALTER TABLE finding DROP CONSTRAINT finding_pkey;
DROP INDEX finding_code;
DELETE FROM finding USING base WHERE build_id <> coalesce(current_build, -1);
ALTER TABLE finding RENAME COLUMN build_id TO from_build;
ALTER TABLE finding RENAME COLUMN finding_no TO finding_id;
ALTER TABLE finding ALTER COLUMN finding_id TYPE bigint;
ALTER TABLE finding
  ADD COLUMN to_build         bigint,
  ADD COLUMN owner_record_id  bigint,                   -- the first of its records: the document it is said of
  ADD COLUMN content_hash     text;
UPDATE finding SET owner_record_id = record_ids[1];
DELETE FROM finding WHERE owner_record_id IS NULL;
ALTER TABLE finding ALTER COLUMN owner_record_id SET NOT NULL;
ALTER TABLE finding ADD PRIMARY KEY (finding_id, county_code);
INSERT INTO counter (name, last_value) SELECT 'finding', max(finding_id) FROM finding HAVING count(*) > 0;
CREATE INDEX finding_code ON finding (code);
CREATE INDEX finding_owner ON finding (owner_record_id) WHERE to_build IS NULL;
CREATE INDEX finding_closed ON finding (to_build) WHERE to_build IS NOT NULL;
CREATE INDEX finding_opened ON finding USING brin (from_build);

ALTER TABLE ledger_piece DROP CONSTRAINT ledger_piece_pkey;
DROP INDEX ledger_piece_account;
DELETE FROM ledger_piece USING base WHERE build_id <> coalesce(current_build, -1);
ALTER TABLE ledger_piece RENAME COLUMN build_id TO from_build;
ALTER TABLE ledger_piece RENAME COLUMN piece_no TO piece_id;
ALTER TABLE ledger_piece ALTER COLUMN piece_id TYPE bigint;
ALTER TABLE ledger_piece
  ADD COLUMN to_build         bigint,
  ADD COLUMN owner_record_id  bigint,                   -- the first of its records
  ADD COLUMN content_hash     text;
UPDATE ledger_piece SET owner_record_id = record_ids[1];
DELETE FROM ledger_piece WHERE owner_record_id IS NULL;
ALTER TABLE ledger_piece ALTER COLUMN owner_record_id SET NOT NULL;
ALTER TABLE ledger_piece ADD PRIMARY KEY (piece_id, district_code);
INSERT INTO counter (name, last_value) SELECT 'ledger_piece', max(piece_id) FROM ledger_piece HAVING count(*) > 0;
CREATE INDEX ledger_piece_account ON ledger_piece (account, district_code);
CREATE INDEX ledger_piece_owner ON ledger_piece (owner_record_id) WHERE to_build IS NULL;
CREATE INDEX ledger_piece_closed ON ledger_piece (to_build) WHERE to_build IS NOT NULL;

-- Figures are sums of whole billionths of a square metre, so that adding a change to yesterday's figure and summing all
-- pieces anew give the same digits.
ALTER TABLE ledger_entry ADD COLUMN area_nano_m2 numeric NOT NULL DEFAULT 0;
UPDATE ledger_entry SET area_nano_m2 = round(area_m2::numeric * 1000000000);

ALTER TABLE parcel_version DROP CONSTRAINT parcel_version_pkey;
ALTER TABLE parcel_version ADD PRIMARY KEY (parcel_id, from_build, county_code);
DROP INDEX parcel_version_id;
DROP INDEX one_shape_at_a_time;
CREATE UNIQUE INDEX one_shape_at_a_time ON parcel_version (parcel_id, county_code) WHERE to_build IS NULL;
CREATE INDEX parcel_version_source ON parcel_version (source_record_id);
CREATE INDEX parcel_version_closed ON parcel_version (to_build) WHERE to_build IS NOT NULL;
CREATE INDEX parcel_version_opened ON parcel_version USING brin (from_build);

-- The balance of an event, planar m²: what the number had before and has after, what came and went along its edges, and
-- what neither explains: land that was nobody's, or became nobody's.
ALTER TABLE parcel_event
  ADD COLUMN before_m2      float8,
  ADD COLUMN after_m2       float8,
  ADD COLUMN came_m2        float8,
  ADD COLUMN went_m2        float8,
  ADD COLUMN correction_m2  float8;                     -- after - before - came + went
ALTER TABLE parcel_event DROP CONSTRAINT parcel_event_pkey;
ALTER TABLE parcel_event ADD PRIMARY KEY (county_code, build_id, event_no);
ALTER TABLE parcel_edge ADD COLUMN from_county_code text;
UPDATE parcel_edge SET from_county_code = lpad((from_parcel_id / 100000000)::text, 6, '0');
ALTER TABLE parcel_edge ALTER COLUMN from_county_code SET NOT NULL;
ALTER TABLE parcel_edge DROP CONSTRAINT parcel_edge_pkey;
ALTER TABLE parcel_edge ADD PRIMARY KEY (from_county_code, build_id, from_parcel_id, to_parcel_id);
CREATE INDEX parcel_edge_to ON parcel_edge (to_parcel_id);
CREATE INDEX parcel_edge_from ON parcel_edge (from_parcel_id);
