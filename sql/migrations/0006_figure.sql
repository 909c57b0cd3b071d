-- Figures somebody reported, kept with what they were asked of: the question (window, district), the build they are a sum
-- of and the rule pack of that day. The same question to the same build gives the same figure again.
CREATE TABLE saved_figure (
  county_code  text NOT NULL CHECK (county_code ~ '^\d{6}$'),   -- whose figure it is: the prefecture
  figure_id    bigint NOT NULL,
  kind         text NOT NULL CHECK (kind IN ('rates')),
  params       jsonb NOT NULL,
  build_id     bigint NOT NULL REFERENCES build,
  pack_hash    text,                                             -- null: the build was not classified
  result       jsonb NOT NULL,
  made_at      timestamptz NOT NULL,
  PRIMARY KEY (figure_id, county_code)
);
