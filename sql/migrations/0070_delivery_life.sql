-- The life of a delivery after its rows are read: the job that brought it, the repairs made or waiting for a person,
-- how files of one source are read, and values a person chose where documents disagree. Rows here are added, never edited.

ALTER TABLE delivery
  ADD COLUMN job_id bigint,                        -- written in the import's own transaction: a job whose delivery stands was done
  ADD COLUMN follows_delivery bigint REFERENCES delivery,  -- rows of that one a person has decided since
  ADD COLUMN profile_id bigint,                    -- the source profile it was read by
  ADD COLUMN profile_version integer,
  ADD COLUMN rows_missing integer NOT NULL DEFAULT 0;      -- standing rows of the same source this file no longer holds
CREATE INDEX delivery_by_job ON delivery (job_id) WHERE job_id IS NOT NULL;

-- Every shape a named method changed. A repair that moves too much land is proposed and its row refused.
CREATE TABLE row_repair (
  delivery_id     bigint NOT NULL REFERENCES delivery,
  row_no          integer NOT NULL,
  state           text NOT NULL CHECK (state IN ('made', 'proposed')),
  methods         text[] NOT NULL,                 -- server/record/repair.ts, repairMethods
  reason_zh       text NOT NULL,
  reason_en       text NOT NULL,
  area_before_m2  float8 NOT NULL,                 -- planar, of the shape as delivered; of a bow-tie, what its rings enclose by sign
  area_after_m2   float8 NOT NULL,
  shape_hash      text,                            -- of the shape before, in the working CRS: the same shape is decided once
  shape_before    bytea,                           -- WKB, working CRS; null for a repair made: record.geom_delivered
  shape_after     bytea,                           -- WKB, working CRS; null for a repair made: record.geom
  PRIMARY KEY (delivery_id, row_no)
);
CREATE INDEX row_repair_by_shape ON row_repair (shape_hash) WHERE shape_hash IS NOT NULL;

-- What a person said to a proposed repair. The newest decision counts.
CREATE TABLE repair_decision (
  decision_no   bigint PRIMARY KEY,
  delivery_id   bigint NOT NULL,
  row_no        integer NOT NULL,
  accepted      boolean NOT NULL,
  decided_by    text NOT NULL,
  reason        text NOT NULL,
  decided_at    timestamptz NOT NULL,
  FOREIGN KEY (delivery_id, row_no) REFERENCES row_repair
);
CREATE INDEX repair_decision_by_row ON repair_decision (delivery_id, row_no);

-- How files with one set of columns are read as one kind of record: remembered, used next time, every version kept.
CREATE TABLE source_profile (
  profile_id    bigint NOT NULL,
  version_no    integer NOT NULL,
  kind          text NOT NULL,
  layer         text NOT NULL DEFAULT '',
  name          text NOT NULL,                     -- the source as people call it
  columns       text[] NOT NULL,                   -- sorted
  columns_hash  text NOT NULL,
  mapping       jsonb NOT NULL,
  crs           text,                              -- as a person declared it; null: every file says its own
  retired       boolean NOT NULL DEFAULT false,    -- no longer used by itself
  saved_by      text NOT NULL,
  saved_at      timestamptz NOT NULL,
  PRIMARY KEY (profile_id, version_no)
);
CREATE INDEX source_profile_by_columns ON source_profile (kind, layer, columns_hash);

-- Which of several claims about a parcel is used, where a person decided it. The newest choice counts; withdrawn ones stay.
CREATE TABLE claim_choice (
  county_code  text NOT NULL CHECK (county_code ~ '^\d{6}$'),
  choice_no    bigint NOT NULL,
  parcel_id    bigint NOT NULL,
  attribute    text NOT NULL,                      -- data/claims/precedence.yaml
  record_id    bigint,                             -- the document believed; null: back to the rule
  reason       text NOT NULL,
  document     text,                               -- paper the decision rests on
  chosen_by    text NOT NULL,
  chosen_at    timestamptz NOT NULL,
  PRIMARY KEY (choice_no, county_code)
);
CREATE INDEX claim_choice_by_parcel ON claim_choice (parcel_id, attribute);
