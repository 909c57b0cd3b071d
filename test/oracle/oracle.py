#!/usr/bin/python3
"""
A second opinion on the land ledger: recomputes parcels, accounts and findings with GEOS from the records alone, and
compares them with what the product said. No code is shared with the product; README.md says where each meaning is from.

    oracle.py FOLDER      a folder written by dump.ts; exit 0 when nothing disagrees, 1 otherwise
"""

import csv
import json
import sys
import time
import warnings
from pathlib import Path

sys.dont_write_bytecode = True  # a test leaves nothing in the source tree
warnings.filterwarnings("ignore", message=".*STRtree.*")  # shapely 1.8 announces 2.0, which land.py knows

from books import City, keep_books  # noqa: E402
from compare import Report, compare_findings, compare_ledger, compare_parcels, compare_records  # noqa: E402
from findings import land_findings  # noqa: E402
from papers import paper_findings  # noqa: E402
from records import plain, read_lines, read_records  # noqa: E402
from works import Works  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
RECOMPUTED = (
    "P101 P102 P103 P105 P201 P202 P203 P204 P207 P301 P302 P303 P304 P401 P402 P403 "
    "P501 P502 P503 P504 P505 P511 P604 P605 P608"
).split()
NOT_RECOMPUTED = {
    "P510": "rests on figures of completions and surveys of a site",
    "P606": "number formats and check digits, no land",
    "P607": "repeated numbers, no land",
}


def use_groups():
    """Use of a record to its first-level class of 用地用海 2023; None where it names none or another scheme."""
    groups = {}
    with open(ROOT / "data/codes/land-use.csv", encoding="utf8") as rows:
        for row in csv.DictReader(rows):
            if row["scheme"] == "YDYH-2023":
                groups[row["code"]] = groups[row["name_zh"]] = row["code"][:2]

    def group_of(record):
        use, scheme = plain(record.says("use")), record.says("use_scheme")
        if use is None:
            return None
        if scheme != "YDYH-2023" or use not in groups and use.removesuffix("用地") not in groups:
            raise SystemExit(f"record {record.id}: the oracle knows the uses of YDYH-2023, not {use} of {scheme}")
        return groups.get(use) or groups[use.removesuffix("用地")]

    return group_of


def main(folder):
    started = time.monotonic()
    ledger = json.loads(Path(folder, "ledger.json").read_text(encoding="utf8"))
    answers = json.loads(Path(folder, "findings.json").read_text(encoding="utf8"))
    records = read_records(folder)
    report = Report()
    report.say(f"as of {ledger['asOf']}")
    city = City(records, ledger["asOf"])
    parcels, books = keep_books(city)
    works = Works(city)
    found = [*land_findings(city, parcels, works, use_groups()), *paper_findings(city, parcels, works)]
    compare_records(report, records)
    compare_ledger(report, ledger, books, city.documents_by_district())
    compare_parcels(report, read_lines(Path(folder, "parcels.jsonl")), parcels)
    compare_findings(report, answers, found, {**NOT_RECOMPUTED, "all": RECOMPUTED})
    print("\n".join(report.lines))
    print(f"\n{len(report.complaints)} disagreements, {time.monotonic() - started:.1f} s")
    print("\n".join(report.complaints[:200]))
    return 1 if report.complaints else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    sys.exit(main(sys.argv[1]))
