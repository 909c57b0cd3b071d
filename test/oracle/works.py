"""Which works were accepted under which contract or title (竣工验收 belongs to 供应 or 登记)."""

from collections import defaultdict

from land import SMALLEST_M2
from records import contract_of, plain

HALF = 0.5  # "land of which at least half of either is common"


class Works:
    """Place comes first: where papers lie under the works, one that is merely named must share land with them too."""

    def __init__(self, city):
        self.documents_of, self.completions_of = defaultdict(list), defaultdict(list)
        by_name = defaultdict(list)
        for document in city.records:
            if document.kind in ("supply", "registration"):
                for name in names(document):
                    by_name[name].append(document)
        for completion in city.records:
            if completion.kind == "completion":
                for document in documents_of(completion, city, by_name):
                    self.documents_of[completion.id].append(document)
                    self.completions_of[document.id].append(completion)


def documents_of(completion, city, by_name):
    named = {
        document.id: document
        for name in names(completion)
        for document in by_name[name]
        if name[0] != "project" or not other_holder(completion, document)
    }
    if completion.shape is None:
        return list(named.values())
    common, under = {}, {}
    for document in city.supplies.near(completion.shape) + city.titles.near(completion.shape):
        common[document.id] = completion.shape.intersection(document.shape).area
        if common[document.id] >= HALF * min(document.shape.area, completion.shape.area):
            under[document.id] = document
    if under:
        named = {
            id_: document
            for id_, document in named.items()
            if document.shape is None or common.get(id_, 0) >= SMALLEST_M2
        }
    return list({**under, **named}.values())


def names(record):
    """Numbers and the project a record goes by."""
    values = {
        "supervision_no": contract_of(record),
        "parcel_code": plain(record.says("parcel_code")),
        "project": plain(record.says("project")),
    }
    return [(field, value) for field, value in values.items() if value]


def other_holder(a, b):
    """Both name a holder, and not the same one."""
    mine, others = plain(a.says("holder")), plain(b.says("holder"))
    return mine is not None and others is not None and mine != others
