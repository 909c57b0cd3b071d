-- The next deadline of a parcel and its traffic light, worked out in the statement that chooses the strategy, from its
-- facts, the day asked about and the clocks of the rule pack; all deadlines of one parcel are worked out when it is opened.
ALTER TABLE assessment
  ADD COLUMN since     date,        -- the day asked about when the parcel came to have this strategy
  ADD COLUMN due_on    date,        -- null: nothing can be dated
  ADD COLUMN due_rule  text,        -- code of the clock, 'C5.1' for a term of the strategy, 'override'
  ADD COLUMN light     text CHECK (light IN ('red', 'yellow', 'green', 'grey'));
CREATE INDEX assessment_due ON assessment (due_on, county_code, parcel_id) WHERE to_run IS NULL;
