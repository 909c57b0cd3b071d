-- Strategies are kept as long as they hold, like the rows of a build: an assessment stands in the runs from `run_id` up to,
-- not including, `to_run`. A run asked again after a few records changed writes only the parcels they touch.
-- Facts are kept for the last run alone: `run_id` is the run that took them, and what stood before follows from the
-- records, the build and the day.
ALTER TABLE assessment ADD COLUMN to_run bigint;
ALTER TABLE assessment DROP CONSTRAINT assessment_pkey;
ALTER TABLE assessment ADD PRIMARY KEY (county_code, parcel_id, run_id);
-- exactly one strategy per parcel: the database cannot hold two that stand
CREATE UNIQUE INDEX one_strategy_at_a_time ON assessment (county_code, parcel_id) WHERE to_run IS NULL;
DROP INDEX assessment_parcel;
DROP INDEX assessment_strategy;
CREATE INDEX assessment_parcel ON assessment (parcel_id);
CREATE INDEX assessment_strategy ON assessment (strategy) WHERE to_run IS NULL;

ALTER TABLE fact DROP CONSTRAINT fact_pkey;
DELETE FROM fact WHERE run_id <> (SELECT coalesce(current_run, -1) FROM base);
ALTER TABLE fact ADD PRIMARY KEY (county_code, parcel_id);
CREATE INDEX fact_run ON fact USING brin (run_id);

ALTER TABLE classify_run
  ADD COLUMN after_run  bigint,                        -- the run whose strategies it continues; null: all were chosen anew
  ADD COLUMN scope      text NOT NULL DEFAULT 'full' CHECK (scope IN ('full', 'changes')),
  ADD COLUMN counts     jsonb NOT NULL DEFAULT '{}';   -- parcels per strategy
