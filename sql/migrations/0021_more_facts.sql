-- The rest of the dictionary (server/rule/fact.ts): what records say and nobody had put down.
ALTER TABLE fact
  ADD COLUMN unit_zddm           text,
  ADD COLUMN unit_project        text,
  ADD COLUMN approval_authority  text,
  ADD COLUMN reserve_in          boolean,
  ADD COLUMN reserve_in_date     date,
  ADD COLUMN reserve_out_date    date,
  ADD COLUMN plan_use            text;
