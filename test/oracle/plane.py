"""The working plane (EPSG:4547) and the ellipsoid under it.

CGCS2000, 3 degree Gauss-Krueger, central meridian 114 E, false easting 500 km, metres, east first.
Written anew from domain.md 7.1 and 7.3 with the Krueger series in the third flattening (Karney 2011, equations 35 and
36, to n^4: well under a micrometre this near the meridian); no proj4 and no PROJ.
"""

import numpy as np
from shapely.ops import transform

A_M, F = 6378137.0, 1 / 298.257222101
E = np.sqrt(F * (2 - F))
N = F / (2 - F)
RECTIFYING_M = A_M / (1 + N) * (1 + N**2 / 4 + N**4 / 64)
MERIDIAN, FALSE_EAST_M = np.radians(114.0), 500_000.0
ALPHA = (
    N / 2 - 2 * N**2 / 3 + 5 * N**3 / 16 + 41 * N**4 / 180,
    13 * N**2 / 48 - 3 * N**3 / 5 + 557 * N**4 / 1440,
    61 * N**3 / 240 - 103 * N**4 / 140,
    49561 * N**4 / 161280,
)
BETA = (
    N / 2 - 2 * N**2 / 3 + 37 * N**3 / 96 - N**4 / 360,
    N**2 / 48 + N**3 / 15 - 437 * N**4 / 1440,
    17 * N**3 / 480 - 37 * N**4 / 840,
    4397 * N**4 / 161280,
)


def to_radians(east, north):
    """Longitude and latitude in radians of positions in the plane, metres."""
    xi, eta = np.asarray(north) / RECTIFYING_M, (np.asarray(east) - FALSE_EAST_M) / RECTIFYING_M
    xi0, eta0 = xi, eta
    for j, b in enumerate(BETA, 1):
        xi0 = xi0 - b * np.sin(2 * j * xi) * np.cosh(2 * j * eta)
        eta0 = eta0 - b * np.cos(2 * j * xi) * np.sinh(2 * j * eta)
    conformal = np.sin(xi0) / np.hypot(np.sinh(eta0), np.cos(xi0))  # tangent of the conformal latitude
    tan = conformal
    for _ in range(3):  # Newton: the start is good to e^2, 0.7 %, each step squares that
        sigma = np.sinh(E * np.arctanh(E * tan / np.hypot(1, tan)))
        step = tan * np.hypot(1, sigma) - sigma * np.hypot(1, tan)
        slope = (1 - E**2) * np.hypot(1, step) * np.hypot(1, tan) / (1 + (1 - E**2) * tan**2)
        tan = tan + (conformal - step) / slope
    return MERIDIAN + np.arctan2(np.sinh(eta0), np.cos(xi0)), np.arctan(tan)


def to_plane(lon, lat):
    """Positions in the plane, metres, of longitudes and latitudes in degrees."""
    lam, tan = np.radians(lon) - MERIDIAN, np.tan(np.radians(lat))
    sigma = np.sinh(E * np.arctanh(E * tan / np.hypot(1, tan)))
    conformal = tan * np.hypot(1, sigma) - sigma * np.hypot(1, tan)
    xi0 = np.arctan2(conformal, np.cos(lam))
    eta0 = np.arcsinh(np.sin(lam) / np.hypot(conformal, np.cos(lam)))
    xi, eta = xi0, eta0
    for j, a in enumerate(ALPHA, 1):
        xi = xi + a * np.sin(2 * j * xi0) * np.cosh(2 * j * eta0)
        eta = eta + a * np.cos(2 * j * xi0) * np.sinh(2 * j * eta0)
    return FALSE_EAST_M + RECTIFYING_M * eta, RECTIFYING_M * xi


def land_in_plane(lonlat):
    """A shape in longitude and latitude, brought to the plane corner by corner."""
    return transform(lambda lon, lat: to_plane(np.asarray(lon), np.asarray(lat)), lonlat)


B_M = 6356752.314140356
SERIES = (
    1.0033640898341927,
    0.001124189381927124,
    1.699459473518905e-06,
    2.7178578455775555e-09,
    4.358419004834514e-12,
)


def ellipsoid_areas(shapes):
    """
    Area on the ellipsoid of each of several shapes, a list of polygons each, in the plane. Domain.md 7.3: one trapezoid
    per edge between the edge and a meridian, here that of the ring's first corner. All rings at once: a call of numpy
    costs as much as a thousand corners.
    """
    rings = [
        (shape, -1 if hole else 1, np.asarray(ring.coords)[:, :2])
        for shape, polygons in enumerate(shapes)
        for polygon in polygons
        for hole, ring in enumerate([polygon.exterior, *polygon.interiors])
    ]
    if not rings:
        return np.zeros(len(shapes))
    owner, signs, corners = zip(*rings)
    starts = np.cumsum([0, *map(len, corners)])[:-1]
    lon, lat = to_radians(*np.concatenate(corners).T)
    width = (lon[:-1] + lon[1:]) / 2 - np.repeat(lon[starts], [len(xy) for xy in corners])[:-1]
    rise, middle = np.diff(lat), (lat[:-1] + lat[1:]) / 2
    trapezoids = (
        2
        * B_M**2
        * width
        * sum(
            (-1) ** k * c * np.sin((2 * k + 1) * rise / 2) * np.cos((2 * k + 1) * middle) for k, c in enumerate(SERIES)
        )
    )
    trapezoids[starts[1:] - 1] = 0  # between the last corner of one ring and the first of the next there is no edge
    areas = np.abs(np.add.reduceat(trapezoids, starts)) * signs
    return np.bincount(owner, weights=areas, minlength=len(shapes))
