"""What the documents say: records read from the dump, and the numbers they go by."""

import json
import re
import unicodedata
from datetime import date
from pathlib import Path
from types import SimpleNamespace

from shapely import wkb

UNDATED = "9999-12-31"  # an undated document is never the earlier one


class Record(SimpleNamespace):
    """A row of the table `record`; absent fields are unknown and read as None."""

    def says(self, field):
        return self.fields.get(field)


def read_lines(file, make=SimpleNamespace):
    with open(file, encoding="utf8") as lines:
        for line in lines:
            row = json.loads(line)
            yield make(**{**row, "shape": row["wkb"] and wkb.loads(row["wkb"], hex=True), "wkb": None})


def read_records(folder):
    return list(read_lines(Path(folder, "records.jsonl"), Record))


def plain(text):
    """Names and codes as they are compared: full-width made plain, blanks gone, one case. None stays None."""
    return text and (re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).upper() or None)


def approval_number(text):
    """Domain.md 5.3: year, issuer and number of a 批文号, whatever brackets it is written with."""
    text = plain(text)
    if text is None:
        return None
    parts = re.fullmatch(r"(\D*?)[〔\[【(](\d{4})[〕\]】)](\D*?)第?0*(\d+)号?", text)
    return text if parts is None else (parts[2], parts[1] + parts[3].removesuffix("第"), parts[4])


def document_of(approval):
    """By what two rows are known to be plots of one approval: its number, else the name of its batch."""
    return approval_number(approval.says("doc_no")) or plain(approval.says("batch_name"))


def contract_of(supply):
    """A change of a contract (`-1`) belongs to the contract."""
    number = plain(supply.says("supervision_no"))
    return number and re.sub(r"-\d+$", "", number)


DATE_FIELD = {"approval": "approved_on", "supply": "signed_on", "registration": "registered_on"}


def by_precedence(records):
    """The earlier document first; on one day the lesser number."""
    return sorted(
        records,
        key=lambda r: (r.says(DATE_FIELD[r.kind]) or UNDATED, str(own_number(r) or "\uffff"), r.key, r.id),
    )


def own_number(record):
    field = {"approval": "doc_no", "supply": "supervision_no", "registration": "parcel_code"}[record.kind]
    return plain(record.says(field))


def is_valid(approval, as_of):
    """Valid until its end is decided; registers write down only what ended, so a blank state is valid."""
    if approval.says("status") in (None, "valid"):
        return True
    return approval.says("status_on") is not None and approval.says("status_on") > as_of


def in_force(zone, as_of):
    """A zone still being decided, or adopted for a later day, binds nobody yet."""
    return zone.says("status") != "pending" and (zone.says("in_force_on") or "") <= as_of


def years_after(day, years):
    """Domain.md 1.1: the corresponding day, else the last of its month."""
    year, month, number = (int(part) for part in day.split("-"))
    for last in (number, 28):
        try:
            return date(year + years, month, last).isoformat()
        except ValueError:
            continue
    raise ValueError(day)
