-- A strategy a person decided on instead of the one the rules give. Rows are only ever added: what becomes of an override
-- is told by its events, and it is in force while none of them ended it. It keeps what the decision of the rules rested on,
-- so that a change of any of it opens the question again.
CREATE TABLE strategy_override (
  county_code     text NOT NULL CHECK (county_code ~ '^\d{6}$'),
  override_id     bigint NOT NULL,
  parcel_id       bigint NOT NULL,
  strategy        text NOT NULL,                -- what the person decided on
  ruled_strategy  text NOT NULL,                -- what the rules gave then
  by_person       text NOT NULL CHECK (by_person <> ''),
  reason          text NOT NULL CHECK (reason <> ''),
  document        text NOT NULL CHECK (document <> ''),
  set_on          date NOT NULL,                -- the day asked about then
  expires_on      date NOT NULL,                -- last day it is in force
  facts           jsonb NOT NULL,               -- the facts the decision of the rules rested on: name -> value
  facts_hash      text NOT NULL,
  pack_hash       text NOT NULL REFERENCES rule_pack,
  run_id          bigint NOT NULL,              -- the classification it was decided on
  set_at          timestamptz NOT NULL,
  PRIMARY KEY (county_code, override_id),
  CHECK (expires_on >= set_on)
);
CREATE INDEX strategy_override_parcel ON strategy_override (parcel_id);

CREATE TABLE strategy_override_end (            -- one at most: an override that ended stays ended
  county_code   text NOT NULL,
  override_id   bigint NOT NULL,
  kind          text NOT NULL CHECK (kind IN ('ended', 'replaced', 'reopened')),
  why           text NOT NULL CHECK (why IN ('person', 'facts', 'ruled', 'expired', 'parcel', 'rules')),
  detail        jsonb NOT NULL,                 -- for 'facts': name -> [before, now]
  by_person     text,
  reason        text,
  ended_on      date NOT NULL,                  -- the day asked about then
  ended_at      timestamptz NOT NULL,
  PRIMARY KEY (county_code, override_id),
  FOREIGN KEY (county_code, override_id) REFERENCES strategy_override
);

CREATE TABLE strategy_override_seen (           -- a reopened override somebody has looked at since
  county_code   text NOT NULL,
  override_id   bigint NOT NULL,
  by_person     text NOT NULL,
  note          text NOT NULL,
  seen_at       timestamptz NOT NULL,
  PRIMARY KEY (county_code, override_id),
  FOREIGN KEY (county_code, override_id) REFERENCES strategy_override
);

-- `strategy` is what readers see; `ruled_strategy` what the rules alone say. They differ only where `override_id` is set.
ALTER TABLE assessment
  ADD COLUMN ruled_strategy text,
  ADD COLUMN override_id    bigint,
  ADD CONSTRAINT override_says_so CHECK (override_id IS NOT NULL OR strategy = coalesce(ruled_strategy, strategy));
UPDATE assessment SET ruled_strategy = strategy;
ALTER TABLE assessment ALTER COLUMN ruled_strategy SET NOT NULL;
CREATE INDEX assessment_override ON assessment (override_id) WHERE to_run IS NULL AND override_id IS NOT NULL;
