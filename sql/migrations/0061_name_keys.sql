-- The names of a record as numbers, one per name whether it is offered or asked for: an index of half the entries, each
-- compared in one step. Several names may share a number; who looks one up compares the name as well.
ALTER TABLE record ADD COLUMN name_keys bigint[];      -- server/record/names.ts, nameKey; null: not read yet
DROP INDEX record_names;
CREATE INDEX record_name_keys ON record USING gin (name_keys);
