"""Findings on land, anew from domain.md and data/codes/problem-flags.csv; README.md says where each meaning is from."""

import re
from collections import defaultdict
from datetime import date
from types import SimpleNamespace

from land import Index, area, beyond, polygons, real, union, within
from records import approval_number, contract_of, document_of, plain, years_after
from shapely.prepared import prep

OTHER_USE_SHARE = 0.05  # P301
OUTSIDE_APPROVAL_SHARE = 0.01  # P204
OUTSIDE_BOUNDARY_SHARE = 0.001  # P304
HALF = 0.5  # P105, P402
WARNED_DAYS = 180  # P102
NOT_CONSTRUCTION = ("01", "02", "03", "04", "05", "06", "17", "23")  # 用地用海 2023: farming, water, other land


def finding(code, records, parts=None):
    """Parts are the connected pieces counted; None for a finding about papers."""
    return SimpleNamespace(code=code, records=records, parts=parts)


def land_findings(city, parcels, works, use_group):
    yield from pairs(city)
    yield from approvals_out_of_time(city, parcels)
    yield from named_approvals(city)
    yield from holders(city)
    yield from uses(city, parcels, works)
    yield from plans(city, parcels, use_group)
    yield from boundary(city, parcels, use_group)


def joined(parts):
    """Pieces of land as one: what they share counts once."""
    return polygons(union(parts)) if len(parts) > 1 else parts


def pairs(city):
    """P101, P207, P401 and P402: two documents of one register over the same land."""
    registers = (
        ("P101", city.approvals, document_of),
        ("P207", city.supplies, contract_of),
        ("P401", city.titles, None),
    )
    for code, register, number in registers:
        for row, first in enumerate(register.things):
            for other in register.rows(first.shape):
                second = register.things[other]
                if other <= row or not (contradict(first, second, number) if number else same_stratum(first, second)):
                    continue
                parts = real(first.shape.intersection(second.shape))
                if not parts:
                    continue
                yield finding(code, [first, second], parts)
                if code == "P401" and two_certificates(first, second, area(parts)):
                    yield finding("P402", [first, second], parts)


def contradict(first, second, number):
    """Two rows of one document do not; rows without a number are not known to be of one."""
    return number(first) is None or number(first) != number(second)


def same_stratum(first, second):
    """Rights above (S) and below ground (X) lie over others by law."""
    return stratum(first) == stratum(second)


def stratum(title):
    code = plain(title.says("parcel_code")) or ""
    return code[13] if len(code) == 19 and code[13] in "SX" else "surface"


def two_certificates(first, second, common_m2):
    certificates = [plain(title.says("cert_no")) for title in (first, second)]
    covers = common_m2 >= HALF * max(first.shape.area, second.shape.area)
    return covers and None not in certificates and certificates[0] != certificates[1]


def approvals_out_of_time(city, parcels):
    """P102 and P103: what is left of an approval near the end of its two years, or past it."""
    left = defaultdict(list)
    for parcel in parcels:
        if parcel.kind == "remainder":
            left[parcel.source.id].append(parcel)
    for mine in left.values():
        approval = mine[0].source
        approved_on, used, compensated = (approval.says(f) for f in ("approved_on", "site_used", "compensated"))
        if approved_on is None or used is True:
            continue
        last_day = years_after(approved_on, 2)
        days_left = (date.fromisoformat(last_day) - date.fromisoformat(city.as_of)).days
        if days_left < 0 and compensated is False and used is False:
            code = "P103"
        elif (
            days_left <= WARNED_DAYS and compensated is not True and approval.says("expropriation") in ("none", "part")
        ):
            code = "P102"
        else:
            continue
        yield finding(code, [approval], joined([parcel.shape for parcel in mine]))


def named_approvals(city):
    """P105: a contract or title names an approval that lies elsewhere; other valid ones cover half of its land."""
    plots = defaultdict(list)
    for record in city.records:
        if record.kind == "approval":
            plots[document_of(record)].append(record)
    for register in (city.supplies, city.titles):
        for document in register.things:
            number = approval_number(document.says("approval_doc_no"))
            named = plots.get(number) if number else None
            if not named or any(plot.shape is None or shares_land(plot, document) for plot in named):
                continue
            here = city.approvals.near(document.shape, lambda a: document_of(a) != number)
            here = [approval for approval in here if shares_land(approval, document)]
            parts = real(within(document.shape, [a.shape for a in here]))
            if area(parts) >= HALF * document.shape.area:
                yield finding("P105", [document, *named, *here], parts)


def shares_land(a, b):
    return a.shape.intersects(b.shape) and bool(real(a.shape.intersection(b.shape)))


def holders(city):
    """P403: a title of another holder than its contract, the one it names or whose project it has on the same land."""
    for title in city.titles.things:
        contracts = [supply for supply in city.supplies.near(title.shape) if is_its_contract(supply, title)]
        if contracts and all(same_holder(title, contract) is False for contract in contracts):
            for contract in contracts:
                yield finding("P403", [title, contract], real(title.shape.intersection(contract.shape)))


def is_its_contract(supply, title):
    """Named by the title's number and on its land, or of its project and over half of either."""
    by_number = contract_of(supply) is not None and contract_of(supply) == contract_of(title)
    project = plain(title.says("project"))
    by_project = project is not None and project == plain(supply.says("project"))
    if not (by_number or by_project):
        return False
    common = supply.shape.intersection(title.shape)
    return common.area >= HALF * min(supply.shape.area, title.shape.area) or (by_number and bool(real(common)))


def same_holder(a, b):
    """By well-formed codes, else by a name in common; None where either is silent."""
    codes = [organisation_code(record.says("holder_code")) for record in (a, b)]
    if None not in codes:
        return codes[0] == codes[1]
    names = [set(re.split("[、,;/]", plain(record.says("holder")) or "")) - {""} for record in (a, b)]
    return bool(names[0] & names[1]) if all(names) else None


def organisation_code(text):
    """Domain.md 5.3: of a 统一社会信用代码 the nine characters in it, or these alone; None where a check fails."""
    text = (plain(text) or "").replace("-", "")
    if re.fullmatch("[0-9A-HJ-NPQRTUWXY]{18}", text):
        alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
        check = -sum(alphabet.index(c) * 3**i for i, c in enumerate(text[:17])) % 31
        return text[8:17] if alphabet[check] == text[17] else None
    if re.fullmatch("[0-9A-Z]{8}[0-9X]", text):
        check = -sum(int(c, 36) * w for c, w in zip(text, (3, 7, 9, 10, 5, 8, 4, 2))) % 11
        return text if "0123456789X"[check] == text[8] else None
    return None


def uses(city, parcels, works):
    """P201-P204: land used without approval or supply, or beyond what the papers give."""
    approvals, titles = city.approvals, city.titles
    remainders = Remainders(parcels)
    has_approvals = any(record.kind == "approval" for record in city.records)
    for completion in city.completions.things:
        documents = works.documents_of[completion.id]
        if documents:
            drawn = [document.shape for document in documents if document.shape is not None]
            parts = real(beyond(completion.shape, drawn)) if drawn else []
            if parts:
                yield finding("P203", [completion, *documents], parts)
            continue
        granted = approvals.near(completion.shape) + titles.near(
            completion.shape, lambda t: t.says("legacy_built") is True
        )
        parts = real(beyond(completion.shape, [document.shape for document in granted]))
        if parts and has_approvals:
            yield finding("P201", [completion], parts)
        parts, on = [], []
        for parcel in remainders.index.near(completion.shape):
            common = real(completion.shape.intersection(parcel.shape))
            parts += common
            if common and parcel.source not in on:
                on.append(parcel.source)
        if parts:
            yield finding("P202", [completion, *on], joined(parts))
    for approval, shapes in remainders.by_approval():
        if approval.says("site_used") is True:
            yield finding("P202", [approval], joined(shapes))
    for supply in city.supplies.things if has_approvals else ():
        parts = real(beyond(supply.shape, [a.shape for a in approvals.near(supply.shape)]))
        if parts and area(parts) >= OUTSIDE_APPROVAL_SHARE * supply.shape.area:
            yield finding("P204", [supply], parts)


class Remainders:
    def __init__(self, parcels):
        self.parcels = [parcel for parcel in parcels if parcel.kind == "remainder"]
        self.index = Index(self.parcels)

    def by_approval(self):
        found = defaultdict(list)
        for parcel in self.parcels:
            found[parcel.source.id].append(parcel)
        return [(mine[0].source, [parcel.shape for parcel in mine]) for mine in found.values()]


def plans(city, parcels, use_group):
    """P301, P302, P303: one finding per parcel and zone in force."""
    for code, layer in (("P301", "control_plan"), ("P302", "farmland"), ("P303", "eco_redline")):
        zones = city.layers[layer]
        for parcel in parcels:
            use = use_group(parcel.source)
            for zone in zones.near(parcel.shape, lambda zone: zone.says("exempt") is not True):
                if code == "P301" and (None in (use, use_group(zone)) or use == use_group(zone)):
                    continue
                parts = real(parcel.shape.intersection(zone.shape))
                if parts and (code != "P301" or area(parts) >= OTHER_USE_SHARE * parcel.shape.area):
                    yield finding(code, [parcel.source, zone], parts)


def boundary(city, parcels, use_group):
    """P304: construction land outside the growth boundary; villages and houses titled long ago are not asked."""
    if "growth_boundary" not in city.has_layer:
        return
    zones = city.layers["growth_boundary"]
    inside = [prep(shape) for shape in zones.shapes]
    for parcel in parcels:
        source = parcel.source
        use = use_group(source)
        if use is None or use in NOT_CONSTRUCTION or is_collective(source) or source.says("legacy_built") is True:
            continue
        rows = zones.rows(parcel.shape)
        if any(inside[row].contains(parcel.shape) for row in rows):
            continue
        parts = real(beyond(parcel.shape, [zones.shapes[row] for row in rows]))
        if parts and area(parts) >= OUTSIDE_BOUNDARY_SHARE * parcel.shape.area:
            touched = [zones.things[row] for row in rows if real(parcel.shape.intersection(zones.shapes[row]))]
            yield finding("P304", [source, *touched[:1]], parts)


def is_collective(record):
    code, nature = plain(record.says("parcel_code")) or "", str(record.says("right_nature") or "")
    return code[12:13] == "J" or nature.startswith("2") or "集体" in nature
