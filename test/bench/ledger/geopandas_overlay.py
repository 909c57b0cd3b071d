"""The same questions through geopandas.overlay, from WKB on stdin: one JSON line of figures.

stdin: a JSON line {"sides": {name: count}, "questions": [[a, b | null], ...]}, then for every side in that order its
shapes, each as 4 bytes of length (little endian) and WKB.
"""

import json
import resource
import struct
import sys
import time

import geopandas
import numpy


def main():
    stream = sys.stdin.buffer
    head = json.loads(stream.readline())
    sides = {}
    for name, count in head["sides"].items():
        blobs = []
        for _ in range(count):
            (size,) = struct.unpack("<I", stream.read(4))
            blobs.append(stream.read(size))
        sides[name] = blobs
    begun = time.perf_counter()
    frames = {
        name: geopandas.GeoDataFrame({"id": numpy.arange(len(blobs))}, geometry=geopandas.GeoSeries.from_wkb(blobs))
        for name, blobs in sides.items()
    }
    pairs = 0
    area = 0.0
    for a, b in head["questions"]:
        met = geopandas.overlay(frames[a], frames[b or a], how="intersection", keep_geom_type=True)
        if b is None:
            met = met[met["id_1"] < met["id_2"]]
        pairs += len(met)
        area += float(met.geometry.area.sum())
    print(json.dumps({
        "seconds": time.perf_counter() - begun,
        "pairs": pairs,
        "m2": area,
        "rssMB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000,
        "version": geopandas.__version__,
    }))


main()
