-- Facts follow from the build, the day, the choices of people and the program: a run with other rules over the same ones
-- keeps them, and chooses anew from what is there.
ALTER TABLE classify_run ADD COLUMN fact_rules integer NOT NULL DEFAULT 0;   -- FACT_RULES of the program that took them
