-- Rules are kept for ever: neither the text of a pack nor what was said about when it holds is ever changed. Who was wrong
-- says it again with the same day, and the last word counts. The first row says that what ships holds, and since when it
-- was so: with it a later version of the product does not change by itself what held.
ALTER TABLE pack_adoption ALTER COLUMN after_hash DROP NOT NULL;   -- null: nothing held before

ALTER TABLE rule_pack                                              -- tags are kept beside the packs, and are none
  ADD COLUMN kind text NOT NULL DEFAULT 'strategies' CHECK (kind IN ('strategies', 'tags'));
ALTER TABLE classify_run
  ADD COLUMN tags_hash text REFERENCES rule_pack;                  -- null: by a version that had them in its program

CREATE FUNCTION kept_for_ever() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is never changed: % refused', TG_TABLE_NAME, TG_OP;
END
$$;
CREATE TRIGGER pack_adoption_is_kept BEFORE UPDATE OR DELETE ON pack_adoption
  FOR EACH ROW EXECUTE FUNCTION kept_for_ever();
CREATE TRIGGER rule_pack_is_kept BEFORE UPDATE OR DELETE ON rule_pack
  FOR EACH ROW EXECUTE FUNCTION kept_for_ever();
