"""Shapes and pieces of land, with GEOS underneath. Works on shapely 1.8 (Debian 12) and 2 (Debian 13)."""

import shapely
from shapely.geometry import JOIN_STYLE, MultiPolygon
from shapely.ops import unary_union
from shapely.prepared import prep
from shapely.strtree import STRtree

NOWHERE = MultiPolygon()
NARROWEST_M, SMALLEST_M2 = 0.2, 1.0  # design.md section 3: below either, a connected piece is noise
GRID_M = 0.0001  # design.md section 3: the grid coordinates lie on


def polygons(shape):
    """The polygons of a shape; points and lines where shapes merely touch are no land."""
    if shape.geom_type == "Polygon":
        return [shape] if shape.area > 0 else []
    if shape.geom_type in ("MultiPolygon", "GeometryCollection"):
        return [part for each in shape.geoms for part in polygons(each)]
    return []


def land(shape):
    """The areal part of a shape."""
    return MultiPolygon(polygons(shape)) if shape.geom_type == "GeometryCollection" else shape


def pieces(shape):
    """The connected parts of a shape. A bridge thinner than the grid connects nothing: no coordinates could draw it."""
    return [part for polygon in polygons(shape) for part in without_bridges(polygon)]


def without_bridges(polygon):
    """
    A strip drawn across a field to its far side ends on a grid point up to 0.07 mm off that side. GEOS keeps the
    remaining thread of land and so one field, where there are two.
    """
    if polygon.area < SMALLEST_M2:
        return [polygon]
    cores = polygons(polygon.buffer(-GRID_M / 2, join_style=JOIN_STYLE.mitre))
    if len(cores) < 2:
        return [polygon]
    grown = [core.buffer(GRID_M, join_style=JOIN_STYLE.mitre) for core in cores]
    return [max(polygons(polygon.intersection(each)), key=lambda part: part.area) for each in grown]


def is_real(piece):
    """Whether a connected piece is more than what two surveys disagree on: mean width 2A/P and area."""
    return piece.area >= SMALLEST_M2 and 2 * piece.area / piece.length >= NARROWEST_M


def real(shape):
    return [piece for piece in pieces(shape) if is_real(piece)]


def area(parts):
    return sum(part.area for part in parts)


def union(shapes):
    shapes = list(shapes)
    return shapes[0] if len(shapes) == 1 else unary_union(shapes)


def beyond(shape, others):
    """What a shape has beyond all of the others."""
    others = list(others)
    return shape.difference(union(others)) if others else shape


def within(shape, others):
    """What a shape has in common with any of the others."""
    others = list(others)
    return shape.intersection(union(others)) if others else NOWHERE


class Index:
    """Things with a shape, found by place; answers come in the order the things were given."""

    def __init__(self, things, shape_of=lambda thing: thing.shape):
        self.things = list(things)
        self.shapes = [shape_of(thing) for thing in self.things]
        numbers = range(len(self.shapes))
        if not self.shapes:
            self.find = lambda shape: []
        elif shapely.__version__ < "2":
            self.find = STRtree(self.shapes, items=list(numbers)).query_items
        else:
            self.find = STRtree(self.shapes).query

    def rows(self, shape):
        """Rows whose shape meets this one, ascending."""
        if shape.is_empty:
            return []
        near = prep(shape)
        return [row for row in sorted(int(row) for row in self.find(shape)) if near.intersects(self.shapes[row])]

    def near(self, shape, keep=lambda thing: True):
        return [self.things[row] for row in self.rows(shape) if keep(self.things[row])]
