-- Overlay in SQL, always through these. The embedded engine (PGlite) loses the answer of the two-argument forms when
-- edges nearly coincide: the retry inside GEOS ends in an exception that never comes back as an error. With a grid
-- GEOS snaps first and has nothing to retry. A server keeps full precision; server/db/overlay.ts sets its grid to -1,
-- PostGIS's own default.
-- Geometries are in the working plane, so the grid is in metres.

CREATE FUNCTION overlay_grid() RETURNS float8
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN 0.0001;

CREATE FUNCTION overlay_intersection(a geometry, b geometry) RETURNS geometry
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN ST_Intersection(a, b, overlay_grid());

CREATE FUNCTION overlay_difference(a geometry, b geometry) RETURNS geometry
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN ST_Difference(a, b, overlay_grid());

CREATE FUNCTION overlay_union(a geometry, b geometry) RETURNS geometry
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN ST_Union(a, b, overlay_grid());
