-- What the build makes of the records: parcels that keep their number, lineage, links, findings and the ledger.
-- A build writes under its own number; base.current_build is swapped last, so readers never see half of one.

CREATE TABLE build (
  build_id     bigint PRIMARY KEY,
  as_of        date NOT NULL,                -- the day asked about
  known_at     timestamptz NOT NULL,         -- records known by then
  started_at   timestamptz NOT NULL,
  finished_at  timestamptz,
  state        text NOT NULL CHECK (state IN ('running', 'complete', 'failed')),
  layers       jsonb NOT NULL DEFAULT '{}',  -- zones seen per layer; a layer missing here was not checked
  summary      jsonb NOT NULL DEFAULT '{}'
);

CREATE TABLE base (                          -- one row: what readers see
  only_row       boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  current_build  bigint REFERENCES build,
  current_run    bigint
);
INSERT INTO base DEFAULT VALUES;

CREATE TABLE parcel (
  county_code    text NOT NULL CHECK (county_code ~ '^\d{6}$'),   -- where it was born; part of its number
  parcel_id      bigint NOT NULL,            -- county_code × 10^8 + serial: permanent, never reused
  born_build     bigint NOT NULL,
  retired_build  bigint,
  PRIMARY KEY (county_code, parcel_id)
);

CREATE TABLE parcel_version (
  county_code        text NOT NULL,
  parcel_id          bigint NOT NULL,
  from_build         bigint NOT NULL,
  to_build           bigint,                 -- the build that closed it; null: as it stands
  valid_during       daterange NOT NULL,     -- true on the ground
  recorded_at        timestamptz NOT NULL,
  kind               text NOT NULL CHECK (kind IN ('titled', 'supplied', 'remainder')),
  source_record_id   bigint NOT NULL,        -- the registration, supply or approval it comes from
  parcel_code        text,                   -- 宗地代码 as received
  unit_code          text,                   -- 不动产单元号
  district_code      text NOT NULL,          -- '000000' outside every known district
  stage              text NOT NULL,          -- approved | supplied | building | completed | built
  holder             text,
  holder_code        text,
  project            text,
  location           text,
  use_text           text,
  use_scheme         text,
  use_code           text,
  use_group          text,
  area_document_m2   float8,
  area_planar_m2     float8 NOT NULL,
  area_ellipsoid_m2  float8 NOT NULL,
  geom               geometry(MultiPolygon, 4547) NOT NULL,
  PRIMARY KEY (county_code, parcel_id, from_build)
);
CREATE UNIQUE INDEX one_shape_at_a_time ON parcel_version (county_code, parcel_id) WHERE to_build IS NULL;
CREATE INDEX parcel_version_geom ON parcel_version USING gist (geom);
CREATE INDEX parcel_version_code ON parcel_version (parcel_code);
CREATE INDEX parcel_version_id ON parcel_version (parcel_id);

CREATE TABLE parcel_event (
  build_id     bigint NOT NULL,
  event_no     integer NOT NULL,             -- order within the build
  kind         text NOT NULL CHECK (kind IN ('created', 'redrawn', 'split', 'merged', 'retired', 'restored')),
  county_code  text NOT NULL,
  parcel_id    bigint NOT NULL,
  happened_on  date NOT NULL,
  PRIMARY KEY (build_id, event_no)
);
CREATE INDEX parcel_event_parcel ON parcel_event (parcel_id);

CREATE TABLE parcel_edge (                   -- land that moved from one number to another
  build_id        bigint NOT NULL,
  from_parcel_id  bigint NOT NULL,
  to_parcel_id    bigint NOT NULL,
  area_m2         float8 NOT NULL,           -- planar
  PRIMARY KEY (build_id, from_parcel_id, to_parcel_id)
);

CREATE TABLE parcel_record (                 -- links: which documents speak of this parcel, and how we know
  build_id         bigint NOT NULL,
  county_code      text NOT NULL,
  parcel_id        bigint NOT NULL,
  record_id        bigint NOT NULL,
  record_kind      text NOT NULL,
  area_m2          float8,                   -- planar area in common; null when linked by code alone
  share_of_parcel  float8,
  share_of_record  float8,
  evidence         text[] NOT NULL,          -- code | unit_code | doc_no | project | holder | shape
  certainty        text NOT NULL CHECK (certainty IN ('certain', 'probable')),
  PRIMARY KEY (build_id, county_code, parcel_id, record_id)
);
CREATE INDEX parcel_record_parcel ON parcel_record (build_id, parcel_id);
CREATE INDEX parcel_record_record ON parcel_record (build_id, record_id);

CREATE TABLE finding (
  build_id           bigint NOT NULL,
  finding_no         integer NOT NULL,
  county_code        text NOT NULL,
  code               text NOT NULL,          -- data/codes/problem-flags.csv
  severity           text NOT NULL CHECK (severity IN ('block', 'high', 'mid', 'low')),
  noise              boolean NOT NULL,       -- kept for the account, not a finding to act on
  parcel_ids         bigint[] NOT NULL,
  record_ids         bigint[] NOT NULL,
  records            jsonb NOT NULL,         -- [{recordId, kind, doc, date}]
  detail             jsonb NOT NULL,         -- dates, limits, which test decided
  area_planar_m2     float8,
  area_ellipsoid_m2  float8,
  share_of_first     float8,
  share_of_second    float8,
  geom               geometry(MultiPolygon, 4547),
  PRIMARY KEY (build_id, finding_no)
);
CREATE INDEX finding_code ON finding (build_id, code);
CREATE INDEX finding_parcel ON finding USING gin (parcel_ids);

CREATE TABLE ledger_entry (
  build_id       bigint NOT NULL,
  district_code  text NOT NULL,
  account        text NOT NULL,              -- server/build/account.ts
  area_m2        float8 NOT NULL,            -- planar
  PRIMARY KEY (build_id, district_code, account)
);

CREATE TABLE ledger_piece (                  -- what each figure sums; noise has no shape, only an area per owner
  build_id       bigint NOT NULL,
  piece_no       integer NOT NULL,
  district_code  text NOT NULL,
  account        text NOT NULL,
  record_ids     bigint[] NOT NULL,
  parcel_id      bigint,
  area_m2        float8 NOT NULL,
  geom           geometry(MultiPolygon, 4547),
  PRIMARY KEY (build_id, piece_no)
);
CREATE INDEX ledger_piece_account ON ledger_piece (build_id, district_code, account);
