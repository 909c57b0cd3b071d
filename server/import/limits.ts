/** What one delivery may weigh. Past a limit we say so at once instead of running out of memory later. */
export const MAX_FILE_BYTES = 4_000_000_000
/**
 * What is read into memory at once, of formats that are not walked through: boundary TXT and DXF. They take up to eleven
 * times their size; all limits of this kind keep one import under 600 MB.
 */
export const MAX_WHOLE_BYTES = 50_000_000
/** JSON of rows that is no GeoJSON. */
export const MAX_JSON_TABLE_BYTES = 40_000_000
/** One feature with its attributes, as it stands in the file. */
export const MAX_FEATURE_BYTES = 20_000_000
/** GeoJSON needs 9 levels; whoever sends more sends something else. */
export const MAX_JSON_DEPTH = 32
export const MAX_FIELDS = 300
/** One attribute, characters. */
export const MAX_VALUE_CHARS = 4_000
export const MAX_VERTICES = 200_000
export const MAX_ZIP_ENTRIES = 1_000
/** All that is unpacked of an archive together, as counted while unpacking: it is written to disk. */
export const MAX_UNPACKED_BYTES = MAX_FILE_BYTES
/** A file geodatabase, unpacked: GDAL reads it from disk and writes to it a GeoPackage three times as large. */
export const MAX_GDB_BYTES = 600_000_000
/** Unpacked to packed; real shapefiles stay under 30. Only looked at past `ZIP_RATIO_FROM_BYTES`. */
export const MAX_ZIP_RATIO = 200
export const ZIP_RATIO_FROM_BYTES = 20_000_000
/** XML of a workbook, unpacked: it is held as text, and its cells beside it. */
export const MAX_XML_BYTES = 40_000_000
/** Of all cells of a workbook together, however often they share a text. */
export const MAX_SHEET_CHARS = 200_000_000
export const MAX_SHEET_CELLS = 6_000_000
/** Rows of a sheet; Excel itself ends at 1,048,576. */
export const MAX_SHEET_ROWS = 500_000
/** Of a table with a boundary point in each line: it is held in memory. */
export const MAX_POINT_LINES = 500_000
/** What is around the placemarks of a KML: folders, names, types of columns. */
export const MAX_AROUND_CHARS = 2_000_000
