-- What facts were taken from: the records, each once. Which field of which record a fact is from follows from them, the
-- build and the day, and is looked up for the parcel somebody asks about (server/strategy/one-parcel-store.ts); kept for
-- every parcel it was two thirds of the table and of the time to write it.
ALTER TABLE fact DROP COLUMN sources;
ALTER TABLE fact ADD COLUMN evidence bigint[] NOT NULL DEFAULT '{}';
