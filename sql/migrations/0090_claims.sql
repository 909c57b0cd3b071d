-- Statements of records that contradict each other, and what people chose among them. The table of 0070 was never used; this
-- one keeps what a choice was made on, so that a change of any of it opens the question again.

DROP TABLE claim_choice;
CREATE TABLE claim_choice (                        -- rows are only ever added; the newest of a parcel and field counts
  county_code  text NOT NULL CHECK (county_code ~ '^\d{6}$'),
  choice_no    bigint NOT NULL,
  parcel_id    bigint NOT NULL,
  field        text NOT NULL,                      -- data/claims/precedence.yaml
  record_id    bigint,                             -- the record believed; null: back to the rule
  value        jsonb NOT NULL,                     -- what is used from then on: of the record, or as the rule has it
  rule         text NOT NULL,                      -- number of the rule then, CP01
  precedence_hash text NOT NULL,
  seen         jsonb NOT NULL,                     -- the statements it was made on: [record, field of the record, value]
  seen_hash    text NOT NULL,
  reason       text NOT NULL CHECK (reason <> ''),
  document     text NOT NULL CHECK (document <> ''),
  by_person    text NOT NULL CHECK (by_person <> ''),
  decided_on   date NOT NULL,                      -- as the paper says
  chosen_at    timestamptz NOT NULL,
  PRIMARY KEY (county_code, choice_no)
);
CREATE INDEX claim_choice_by_parcel ON claim_choice (parcel_id, field);

-- Contradictions among the statements about the parcels that stand, as the last run found them: made anew with the facts.
CREATE TABLE claim_conflict (
  county_code  text NOT NULL,
  parcel_id    bigint NOT NULL,
  field        text NOT NULL,
  state        text NOT NULL CHECK (state IN ('open', 'chosen', 'reopened')),
  pairs        text[] NOT NULL,                    -- registers that contradict each other, 'registration|supply'
  used_record_id bigint,                           -- null: nothing is used
  choice_no    bigint,                             -- the newest choice, in force or reopened
  claims       jsonb NOT NULL,                     -- [record, register, field of the record, value, side]
  PRIMARY KEY (county_code, parcel_id, field)
);
CREATE INDEX claim_conflict_by_field ON claim_conflict (field);

ALTER TABLE classify_run ADD COLUMN precedence_hash text;   -- null: by a version that kept no statements; the next run asks all
