"""Findings on papers alone: P501-P505 and P511 (clocks of contracts), P604, P605, P608."""

from findings import finding
from records import approval_number, contract_of, document_of, years_after


def paper_findings(city, parcels, works):
    with_land = contracts_with_land(city, parcels)
    approved_on = {}
    for record in city.records:
        if record.kind == "approval" and document_of(record) and record.says("approved_on"):
            approved_on.setdefault(document_of(record), []).append(record)
    for record in city.records:
        if record.kind == "supply":
            completions = works.completions_of[record.id]
            drawn = None if record.shape is None else list(record.shape.geoms)
            codes = overdue(record, completions, city.as_of) if record.id in with_land else []
            if later(record.says("supplement_signed_on"), record.says("start_due")):
                codes.append("P511")
            for code in codes:
                yield finding(code, [record], drawn)
            yield from out_of_order(
                record, approved_on.get(approval_number(record.says("approval_doc_no")), []), completions
            )
        if is_undated(record, works.completions_of[record.id]):
            yield finding("P604", [record])
        if area_differs(record):
            yield finding("P608", [record])


def contracts_with_land(city, parcels):
    """Contracts that speak for a parcel: supplied land, or a title that carries their number or lies there."""
    found = {parcel.source.id for parcel in parcels if parcel.kind == "supplied"}
    titled = {contract_of(record) for record in city.records if record.kind == "registration"}
    for supply in city.supplies.things:
        if supply.id in found:
            continue
        if contract_of(supply) in titled:
            found.add(supply.id)
        for title in city.titles.near(supply.shape):
            smaller = min(title.shape.area, supply.shape.area)
            if title.shape.intersection(supply.shape).area >= 0.5 * smaller:
                found.add(supply.id)
    return found


def later(day, than):
    return day is not None and than is not None and day > than


def start_of(supply, completions):
    """none, started or None: a blank is unknown."""
    says = supply.says
    if completions or says("start_on") or says("finish_on") or says("finish_state") == "done":
        return "started"
    return None if says("start_state") == "unknown" else says("start_state")


def overdue(supply, completions, as_of):
    """Domain.md 1.1; without an agreed start, one year after the land was handed over."""
    says, start = supply.says, start_of(supply, completions)
    is_finished = bool(completions or says("finish_on") or says("finish_state") == "done")
    start_due = says("start_due") or (says("handover_on") and years_after(says("handover_on"), 1))
    codes = []
    if says("handover_state") == "none" and says("handover_on") is None and later(as_of, says("handover_due")):
        codes.append("P501")
    if start == "none" and later(as_of, start_due):
        codes.append("P502")
    not_started = start == "none" and start_due is not None and as_of > years_after(start_due, 1)
    halted = says("halted_since")
    stopped = start == "started" and not is_finished and halted is not None and as_of > years_after(halted, 1)
    if not_started or (stopped and is_little(says)):
        recognised = says("idle_recognised_on")
        codes.append("P504" if recognised is not None and recognised <= as_of else "P503")
    if not is_finished and says("finish_state") == "none" and later(as_of, says("finish_due")):
        codes.append("P505")
    return codes


def is_little(says):
    """Under a third developed, or under a quarter invested."""
    developed, should = says("developed_m2"), says("should_develop_m2")
    invested, total = says("invested_wan"), says("total_invest_wan")
    return bool(
        (None not in (developed, should) and should > 0 and developed / should < 1 / 3)
        or (None not in (invested, total) and total > 0 and invested / total < 0.25)
    )


def out_of_order(supply, approvals, completions):
    """P605: approval <= contract <= start <= finish."""
    says = supply.says
    stages = [
        [(approval, approval.says("approved_on")) for approval in approvals],
        [(supply, says("signed_on"))],
        [(supply, says("start_on"))],
        [(supply, says("finish_on"))] + [(each, each.says("accepted_on")) for each in completions],
    ]
    named = [
        record
        for at, stage in enumerate(stages)
        for first, day in stage
        for second, next_day in sum(stages[at + 1 :], [])
        if later(day, next_day)
        for record in (first, second)
    ]
    if named:
        others = {record.id: record for record in named if record is not supply}
        yield finding("P605", [supply, *others.values()])


DATED = {"approval": "approved_on", "registration": "registered_on", "completion": "accepted_on"}


def is_undated(record, completions):
    """P604: the date of the document itself; of a contract also what its clock is counted from."""
    if record.kind != "supply":
        return record.kind in DATED and record.says(DATED[record.kind]) is None
    start = start_of(record, completions)
    no_clock = record.says("start_due") is None and record.says("handover_on") is None and start != "started"
    return record.says("signed_on") is None or start is None or no_clock


def area_differs(record):
    """P608: more than 2 m2 and 0.1 % of the paper between paper and shape, both planar."""
    paper = record.says("area_m2")
    if paper is None and record.says("area_ha") is not None:
        paper = record.says("area_ha") * 10_000
    return paper is not None and record.shape is not None and abs(paper - record.shape.area) > max(2, paper * 0.001)
