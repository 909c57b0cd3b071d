-- What somebody tried out in the lab and wants to come back to: a kept rule pack and what is changed in it, or a whole pack
-- of its own. A scenario is never edited and never deleted: it is closed, with a name and a day.
CREATE TABLE scenario (
  scenario_id  bigint PRIMARY KEY,
  name         text NOT NULL CHECK (name <> ''),
  by_person    text NOT NULL CHECK (by_person <> ''),
  note         text NOT NULL,
  pack_hash    text NOT NULL REFERENCES rule_pack,   -- what the changes are made to, or the whole pack that was tried
  whole_pack   boolean NOT NULL,                     -- true: tried as it stands; changes are empty
  changes      jsonb NOT NULL,                       -- {set: {name: value}, when: {code: condition}}
  as_of        date NOT NULL,                        -- the day of the classification it was tried on
  run_id       bigint NOT NULL REFERENCES classify_run,
  moved        jsonb NOT NULL,                       -- what it moved then: {parcels, planarM2}
  saved_at     timestamptz NOT NULL,
  closed_at    timestamptz,
  closed_by    text,
  CHECK ((closed_at IS NULL) = (closed_by IS NULL)),
  CHECK (NOT whole_pack OR changes = '{}')
);

-- Which pack is in force from which day, by whose decision and why. Rows are only added; of two for the same day the later
-- one counts. Before the first of them the pack that ships with the product is in force.
CREATE TABLE pack_adoption (
  adoption_id  bigint PRIMARY KEY,
  pack_hash    text NOT NULL REFERENCES rule_pack,
  after_hash   text NOT NULL REFERENCES rule_pack,   -- the pack it takes the place of
  valid_from   date NOT NULL,
  reason       text NOT NULL CHECK (reason <> ''),
  by_person    text NOT NULL CHECK (by_person <> ''),
  scenario_id  bigint REFERENCES scenario,
  adopted_at   timestamptz NOT NULL
);
