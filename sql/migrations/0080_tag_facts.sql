-- Facts the identity tags ask for, and which tags and flags a run gave: those files are kept beside the rule packs.
ALTER TABLE fact
  ADD COLUMN unit_use_group text,        -- what the parcel is used or meant for, as the build has it
  ADD COLUMN unit_in_park boolean,       -- by the greater part
  ADD COLUMN approval_batch_name text,
  ADD COLUMN supply_source text;         -- 土地来源, as the land market writes it
ALTER TABLE classify_run
  ADD COLUMN flags_hash text REFERENCES rule_pack;   -- null: by a version that raised flags from findings alone
