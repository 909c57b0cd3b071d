-- What a delivery of a hundred thousand rows costs the base, where nothing is gained by it.

-- A row of some two thousand bytes was packed to come under the limit, a third of the time of writing it; two rows and
-- more fit a page as they are. Longer ones are packed as before.
ALTER TABLE record SET (toast_tuple_target = 4080);

-- No plan asks how these are spread, and to find out took most of an ANALYZE.
ALTER TABLE record
  ALTER COLUMN fields SET STATISTICS 0,
  ALTER COLUMN raw SET STATISTICS 0,
  ALTER COLUMN content_hash SET STATISTICS 0,
  ALTER COLUMN geom_delivered SET STATISTICS 0,
  ALTER COLUMN names SET STATISTICS 0;

-- New names wait together, 64 MB of them at most, and are sorted in at once by the next vacuum (or the one that finds the
-- place full); until then who looks one up reads what waits as well.
ALTER INDEX record_name_keys SET (gin_pending_list_limit = 65536);
