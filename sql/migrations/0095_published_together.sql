-- A build is published with its strategies or not at all. What the next build goes on from (latest_build) and what readers see
-- (current_build) are two things from here on: readers move when a run over the latest build is complete, in one statement,
-- and the base cannot hold a build for them without a run that is of it.
ALTER TABLE base ADD COLUMN latest_build bigint REFERENCES build;
UPDATE base SET latest_build = current_build,
  current_build = (SELECT run.build_id FROM classify_run AS run WHERE run.run_id = base.current_run);

ALTER TABLE classify_run ADD UNIQUE (run_id, build_id);
ALTER TABLE base DROP CONSTRAINT base_run;
ALTER TABLE base ADD CONSTRAINT published_with_strategies
  FOREIGN KEY (current_run, current_build) REFERENCES classify_run (run_id, build_id) MATCH FULL;
