"""Holds the product's answers against the oracle's, and says where they differ."""

from collections import defaultdict

from land import GRID_M, area, polygons, union
from plane import ellipsoid_areas, land_in_plane
from shapely.geometry import shape as from_geojson

LEDGER_M2, LEDGER_DOCUMENTS = 0.05, 1000  # per account of a district of so many documents, see README.md
CLOSURE_M2 = 0.01  # design.md section 6
FINDING_M2, FINDING_SHARE = 0.01, 1e-7
PARCEL_M2 = 0.01
# Neither side moves a border further than the grid: what two shapes of one piece may have apart, per metre of border.
APART_M = GRID_M


class Report:
    def __init__(self):
        self.lines, self.complaints = [], []

    def say(self, line=""):
        self.lines.append(line)

    def complain(self, text):
        self.complaints.append(text)


def compare_records(report, records):
    """Both areas of every record, as the table has them."""
    worst = {"planarM2": 0.0, "ellipsoidM2": 0.0}
    drawn = [record for record in records if record.shape is not None]
    on_ellipsoid = ellipsoid_areas([record.shape.geoms for record in drawn])
    for record, ellipsoid_m2 in zip(drawn, on_ellipsoid):
        if not record.shape.is_valid:
            report.complain(f"record {record.id} {record.doc}: GEOS calls its shape invalid")
        for field, mine in (("planarM2", record.shape.area), ("ellipsoidM2", ellipsoid_m2)):
            gap = abs(mine - getattr(record, field)) / max(mine, 1)
            worst[field] = max(worst[field], gap)
            if gap > 1e-8:
                report.complain(f"record {record.id} {record.doc}: {field} {getattr(record, field)}, oracle {mine}")
    shares = f"{worst['planarM2']:.0e} planar, {worst['ellipsoidM2']:.0e} on the ellipsoid"
    report.say(f"records: {len(records)}, with a shape {len(drawn)}; areas differ as a share by {shares}")


def ledger_bound_m2(documents):
    """Rounding to the grid adds up as a random walk does."""
    return LEDGER_M2 * max(1.0, documents / LEDGER_DOCUMENTS) ** 0.5


def compare_ledger(report, ledger, books, documents):
    districts = {each["code"]: each["accounts"] for each in ledger["districts"]}
    known = {account for _, account in books}
    accounts = list(next(iter(districts.values()), {}))
    for account in accounts:
        if account not in known and any(booked[account] for booked in districts.values()):
            report.complain(f"ledger: the oracle does not know the account {account}")
    codes = sorted({code for code, _ in books} | set(districts))
    for code, booked in districts.items():
        gap = booked["approved"] - sum(
            booked[part] for part in ("suppliedInside", "titledInside", "remainder", "noise")
        )
        if abs(gap) > CLOSURE_M2:
            report.complain(f"ledger: {code} does not close by {gap:.4f} m2")
    report.say()
    bounds = [ledger_bound_m2(documents[code]) for code in codes]
    report.say(f"{'account':<16}{'oracle m2':>20}{'product m2':>20}{'worst district':>16}  bound {max(bounds):.3f}")
    for account in accounts:
        mine = [books.get((code, account), 0.0) for code in codes]
        theirs = [districts.get(code, {}).get(account, 0.0) for code in codes]
        gaps = [a - b for a, b in zip(mine, theirs)]
        report.say(f"{account:<16}{sum(mine):>20.4f}{sum(theirs):>20.4f}{max(gaps, key=abs):>+16.5f}")
        for code, a, b, bound in zip(codes, mine, theirs, bounds):
            if abs(a - b) > bound:
                report.complain(f"ledger: {account} of {code} is {b:.4f} m2, oracle {a:.4f} ({a - b:+.4f})")
        total = ledger["total"]["accounts"][account]
        if abs(total - sum(theirs)) > 1e-6 * max(1, len(codes)):
            report.complain(f"ledger: {account} in total is {total}, its districts sum to {sum(theirs)}")


def compare_parcels(report, theirs, mine):
    """Parcels of each kind and source: how many, both areas, and the same place."""
    ours, products = defaultdict(list), defaultdict(list)
    for parcel in mine:
        ours[parcel.kind, parcel.source.id].append(parcel.shape)
    theirs = list(theirs)
    # of the product's own corners: more corners on one straight border are another line on the ellipsoid
    on_ellipsoid = ellipsoid_areas([parcel.shape.geoms for parcel in theirs])
    for parcel, ellipsoid_m2 in zip(theirs, on_ellipsoid):
        parcel.off_ellipsoid_m2 = abs(parcel.ellipsoidM2 - ellipsoid_m2)
        products[parcel.kind, parcel.source].append(parcel)
    table = {kind: [0, 0, 0.0, 0.0, 0.0, 0.0] for kind in ("titled", "supplied", "remainder")}
    for kind, source in sorted(set(ours) | set(products)):
        a, b = ours[kind, source], products[kind, source]
        row = table[kind]
        row[0] += len(a)
        row[1] += len(b)
        if len(a) != len(b):
            sizes = [round(shape.area, 3) for shape in a], [round(parcel.planarM2, 3) for parcel in b]
            report.complain(f"parcels: {kind} land of record {source}: oracle {sizes[0]} m2, product {sizes[1]}")
            continue
        for shape in a:
            parcel = b.pop(min(range(len(b)), key=lambda i: shape.centroid.distance(b[i].shape.centroid)))
            gaps = (
                abs(shape.area - parcel.planarM2),
                parcel.off_ellipsoid_m2,
                shape.symmetric_difference(parcel.shape).area / shape.length,
            )
            row[2:] = [*map(max, row[2:5], gaps), row[5] + shape.area]
            if gaps[0] > PARCEL_M2 or gaps[1] > PARCEL_M2 or gaps[2] > APART_M:
                report.complain(f"parcel {parcel.id} ({kind}, record {source}): {said(gaps)}")
    report.say()
    report.say(f"{'parcels':<16}{'oracle':>9}{'product':>9}{'m2':>18}{'worst m2':>12}{'ellipsoid':>12}{'apart m':>12}")
    for kind, (a, b, planar, on_ellipsoid, apart, sum_) in table.items():
        report.say(f"{kind:<16}{a:>9}{b:>9}{sum_:>18.2f}{planar:>12.6f}{on_ellipsoid:>12.6f}{apart:>12.7f}")


def said(gaps):
    return "off by {:.4f} m2, on the ellipsoid {:.4f}, apart {:.6f} m".format(*gaps)


def key_of(code, records):
    return code, tuple(sorted((kind, doc or "") for kind, doc in records))


def compare_findings(report, theirs, mine, not_asked):
    """By code and documents, one to one; areas and place where there is land."""
    ours, products = defaultdict(list), defaultdict(list)
    for each in mine:
        ours[key_of(each.code, [(r.kind, r.doc) for r in each.records])].append(each)
    skipped = defaultdict(lambda: [0, 0])
    for each in theirs:
        if each["noise"]:
            continue
        if each["code"] in not_asked:
            skipped[each["code"]][0] += 1
            skipped[each["code"]][1] += each["geometry"] is not None
            continue
        products[key_of(each["code"], [(r["kind"], r["doc"]) for r in each["records"]])].append(each)
    known = {code for code, _ in ours} | set(not_asked["all"])
    table = defaultdict(lambda: [0, 0, 0, 0.0, 0.0, 0.0])
    for key in sorted(set(ours) | set(products)):
        code = key[0]
        row = table[code]
        row[0] += len(ours[key])
        row[1] += len(products[key])
        if code not in known:
            if any(each["geometry"] is not None for each in products[key]):
                report.complain(f"findings: the oracle does not know {code}, which carries land: {key[1]}")
            continue
        for a, b in match(ours[key], products[key]):
            if a is None or b is None:
                size = (b["planarM2"] or 0) if a is None else area(a.parts or [])
                report.complain(
                    f"findings: {code} {'only in the product' if a is None else 'missing'}: {size:.3f} m2 {key[1]}"
                )
                continue
            row[2] += 1
            gaps = gaps_of(a, b)
            row[3:] = map(max, row[3:], gaps)
            bound = max(FINDING_M2, FINDING_SHARE * (b["planarM2"] or 0))
            if gaps[0] > bound or gaps[1] > bound or gaps[2] > APART_M:
                report.complain(f"findings: {code} {key[1]}: {said(gaps)}")
    report.say()
    report.say(
        f"{'findings':<16}{'oracle':>9}{'product':>9}{'matched':>9}{'worst m2':>12}{'ellipsoid':>12}{'apart m':>12}"
    )
    for code, (a, b, both, planar, on_ellipsoid, apart) in sorted(table.items()):
        report.say(f"{code:<16}{a:>9}{b:>9}{both:>9}{planar:>12.6f}{on_ellipsoid:>12.6f}{apart:>12.7f}")
    for code, (count, with_land) in sorted(skipped.items()):
        report.say(f"{code:<16}{'':>9}{count:>9}  not recomputed, {with_land} with land: {not_asked[code]}")


def match(ours, products):
    """One to one, by area; what is left over on a side stands alone."""
    ours = sorted(ours, key=lambda each: area(each.parts or []))
    products = sorted(products, key=lambda each: each["planarM2"] or 0)
    while ours and products:
        gap, a, b = min(
            (
                (abs(area(a.parts or []) - (b["planarM2"] or 0)), i, j)
                for i, a in enumerate(ours)
                for j, b in enumerate(products)
            ),
        )
        yield ours.pop(a), products.pop(b)
    for each in ours:
        yield each, None
    for each in products:
        yield None, each


def gaps_of(mine, theirs):
    """How far area, area on the ellipsoid and place are apart; infinite where one has land and the other has none."""
    if mine.parts is None or theirs["geometry"] is None:
        alike = mine.parts is None and theirs["geometry"] is None
        return (0.0, 0.0, 0.0) if alike else (float("inf"),) * 3
    shape = union(mine.parts)
    place = land_in_plane(from_geojson(theirs["geometry"]))
    return (
        abs(area(mine.parts) - theirs["planarM2"]),
        abs(ellipsoid_areas([polygons(place)])[0] - theirs["ellipsoidM2"]),
        shape.symmetric_difference(place).area / shape.length,
    )
