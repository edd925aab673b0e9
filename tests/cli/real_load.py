#!/usr/bin/env python3
"""Computes the fleet's load of real-load.json from the raw files, and compares.

Usage: real_load.py SCENARIO TRACES_DIR TIMESERIES_CSV
Shares no code with Spindle. Exits with 1 where any epoch differs by more than 1e-9 (relative to the
larger value), printing the worst.
"""
import csv
import datetime
import json
import re
import sys
from fractions import Fraction

HOUR = 3600


def seconds(text):
    number, unit = text.split()
    return int(number) * {"d": 86400, "h": 3600, "min": 60}[unit]


def add(load, epoch_count, start, length, amount):
    """Spreads `amount` evenly over [start, start + length) seconds, or drops it at `start`."""
    if length == 0:
        epoch = start // HOUR
        if epoch < epoch_count:
            load[epoch] += amount
        return
    epoch = start // HOUR
    while epoch * HOUR < start + length and epoch < epoch_count:
        overlap = min(start + length, (epoch + 1) * HOUR) - max(start, epoch * HOUR)
        load[epoch] += amount * overlap / length
        epoch += 1


def jobs(load, path, epochs, reads, writes):
    duration = len(load[reads]) * HOUR
    for line in open(path):
        fields = line.rstrip("\n").split("\t")
        at, read, written = int(fields[1]), int(fields[3]), int(fields[5])
        for start in range(at, duration, 24 * HOUR):
            add(load[reads], epochs, start, 0, Fraction(read))
            add(load[writes], epochs, start, 0, Fraction(written))


def series(load, path, epochs, bytes_per_unit):
    first = None
    for row in csv.DictReader(open(path)):
        at = datetime.datetime.fromisoformat(row["timestamp"])
        first = first or at
        start = int((at - first).total_seconds())
        add(load, epochs, start, 300, Fraction(row["value"]) * bytes_per_unit)


def expected(scenario, traces):
    epochs = seconds(scenario["run"]["duration"]) // HOUR
    load = {"reads": [Fraction(0)] * epochs, "writes": [Fraction(0)] * epochs}
    for tenant in scenario["tenants"]:
        spec = tenant["load"]
        path = f"{traces}/{spec['file']}"
        if spec["model"] == "jobs":
            jobs(load, path, epochs, "reads", "writes")
        else:
            unit = 10**6 if spec["counts"] == "requests" else 1  # objects are 1 MB
            series(load[spec["side"]], path, epochs, unit * spec["scale"])
    return load


def main():
    text = open(sys.argv[1]).read()
    scenario = json.loads(re.sub(r"(?m)^\s*//.*$", "", text))
    load = expected(scenario, sys.argv[2])
    rows = list(csv.DictReader(open(sys.argv[3])))
    assert len(rows) == len(load["reads"]), "number of epochs"
    worst = 0.0
    for epoch, row in enumerate(rows):
        for side, column in (("reads", "load_read_bytes_per_s"), ("writes", "load_write_bytes_per_s")):
            want = float(load[side][epoch] / HOUR)
            got = float(row[column])
            worst = max(worst, abs(want - got) / max(abs(want), abs(got), 1.0))
    print(f"{len(rows)} epochs, largest relative difference {worst:.1e}")
    sys.exit(0 if worst <= 1e-9 else 1)


main()
