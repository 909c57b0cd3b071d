"""Parcels and the land ledger (design.md section 6; what an account means: server/build/account.ts).

Every square metre is booked under the earliest document of its register that holds it, so unions are never built for
the whole city: a document's own land is its shape beyond the earlier ones around it.
"""

from collections import Counter, defaultdict
from types import SimpleNamespace

from land import Index, beyond, is_real, land, pieces, within
from records import by_precedence, in_force, is_valid
from shapely.prepared import prep

NO_DISTRICT = "000000"


class City:
    """The registers of one day, indexed, and what the oracle makes of them."""

    def __init__(self, records, as_of):
        self.as_of, self.records = as_of, records
        shaped = defaultdict(list)
        for record in records:
            if record.shape is not None and not record.shape.is_empty:
                shaped[record.layer if record.kind == "layer" else record.kind].append(record)
        approvals = by_precedence(shaped["approval"])
        self.approvals = Index([a for a in approvals if is_valid(a, as_of)])
        self.ended = Index([a for a in approvals if not is_valid(a, as_of)])
        self.supplies = Index(by_precedence(shaped["supply"]))
        self.titles = Index(by_precedence(shaped["registration"]))
        self.completions = Index(shaped["completion"])
        self.layers = {
            name: Index([zone for zone in shaped[name] if in_force(zone, as_of)])
            for name in ("control_plan", "farmland", "eco_redline", "growth_boundary")
        }
        self.has_layer = {name for name, rows in shaped.items() if rows}
        self.districts = Index(shaped["district"])
        self.inside_district = [prep(shape) for shape in self.districts.shapes]

    def documents_by_district(self):
        """How many approvals, supplies and titles lie in each district, or reach into it."""
        registers = (self.approvals, self.ended, self.supplies, self.titles)
        parts = (part for register in registers for shape in register.shapes for part in self.by_district(shape))
        return Counter(code for code, part in parts if part.area > 0)

    def by_district(self, shape):
        """The parts of a shape in each district, and outside all of them."""
        if shape.is_empty:
            return
        rows = [int(row) for row in self.districts.find(shape)]
        for row in rows:
            if self.inside_district[row].contains(shape):
                yield self.districts.things[row].says("code"), shape
                return
        for row in rows:
            yield self.districts.things[row].says("code"), shape.intersection(self.districts.shapes[row])
        yield NO_DISTRICT, beyond(shape, [self.districts.shapes[row] for row in rows])


def earlier_and_later(register, row):
    """The other documents of a register that meet this one: those before it and those after."""
    others = [other for other in register.rows(register.shapes[row]) if other != row]
    shapes = register.shapes
    return [shapes[other] for other in others if other < row], [shapes[other] for other in others if other > row]


def shapes_near(register, shape):
    return [register.shapes[row] for row in register.rows(shape)]


def keep_books(city):
    """The parcels of the day, and every account in m2 planar: (district, account) to area."""
    books, parcels = defaultdict(float), []

    def book(account, shape):
        for district, part in city.by_district(shape):
            books[district, account] += part.area

    def make_parcel(kind, source, piece):
        parcels.append(SimpleNamespace(kind=kind, source=source, shape=piece))

    for row, approval in enumerate(city.approvals.things):
        earlier, later = earlier_and_later(city.approvals, row)
        own = land(beyond(approval.shape, earlier))
        book("approved", own)
        book("approvedTwice", land(within(own, later)))
        left = land(beyond(own, shapes_near(city.titles, own) + shapes_near(city.supplies, own)))
        for district, part in city.by_district(left):
            for piece in pieces(part):
                books[district, "remainder" if is_real(piece) else "noise"] += piece.area
                if is_real(piece):
                    make_parcel("remainder", approval, piece)

    for row, supply in enumerate(city.supplies.things):
        earlier, later = earlier_and_later(city.supplies, row)
        own = land(beyond(supply.shape, earlier))
        book("suppliedTwice", land(within(own, later)))
        untitled = beyond(own, shapes_near(city.titles, own))
        approvals = shapes_near(city.approvals, supply.shape)
        for piece in pieces(untitled):
            book("suppliedInside" if is_real(piece) else "noise", land(within(piece, approvals)))
            book("suppliedOutside", land(beyond(piece, approvals)))
            if is_real(piece):
                make_parcel("supplied", supply, piece)

    for row, title in enumerate(city.titles.things):
        earlier, later = earlier_and_later(city.titles, row)
        own = land(beyond(title.shape, earlier))
        book("titleOverlap", land(within(own, later)))
        book("titledInside", land(within(own, shapes_near(city.approvals, own))))
        book("titledOutside", land(beyond(own, shapes_near(city.supplies, own))))
        make_parcel("titled", title, title.shape)

    for row, approval in enumerate(city.ended.things):
        earlier, _ = earlier_and_later(city.ended, row)
        own = land(beyond(approval.shape, earlier))
        book("withdrawn", land(beyond(own, shapes_near(city.approvals, own))))

    return parcels, books
