#!/usr/bin/env python3
"""Re-makes the tables of docs/theory/ledger.md: fleets of ledgers against mapped ones.

Usage: ledger_tables.py [forms] [seeds [N]] [scale], from anywhere; all three without arguments.

  forms  comparison.json, mapped and as ledgers                            (some 15 minutes)
  seeds  N seeds (default 8) of some variants, difference form to form     (some 4 minutes a seed)
  scale  comparison.json at ten million drives, as ledgers                 (some 8 minutes)

Needs build/release/spindle. Each table is written between its markers in the document.
"""

import csv
import json
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
SPINDLE = ROOT / "build/release/spindle"
SCENARIO = ROOT / "scenarios/comparison.json"
BASELINE = ROOT / "results/baseline/comparison.json"
DOCUMENT = ROOT / "docs/theory/ledger.md"
LEDGER = {"run.form": "ledger"}
# Policies that comparison.json has not; rendezvous takes most of the time.
POLICIES = {
    "crush": {"policy": "crush"},
    "one plus beta (0.5)": {"policy": "one_plus_beta", "beta": 0.5},
    "copysets (20)": {"policy": "copyset", "scatter_width": 20},
    "cells (2,000)": {"policy": "random", "cell": 2000},
    "3 of 6": {"policy": "k_of_d"},
    "round robin": {"policy": "round_robin"},
    "least loaded": {"policy": "least_loaded"},
    "rendezvous": {"policy": "rendezvous"},
}
SCALED = {
    "fleet.drives": "10000000", "fleet.racks_per_zone": "3400", "data.logical": "50 EB",
    "tenants.0.count": "100000", "tenants.0.reads": "20 EB/d", "tenants.0.writes": "50 PB/d",
    "events.0.racks_per_zone": "100",
}
SEEDED = ["random, 3 copies", "two choices, 5+4", "shuffle shard, 3 copies",
          "random, 5+4, zone lost", "static, 3 copies"]


def settings(values):
    words = []
    for path, value in values.items():
        words += ["--set", f"{path}={value if isinstance(value, str) else json.dumps(value)}"]
    return words


def run(verb, out, values):
    subprocess.run([SPINDLE, verb, SCENARIO, *settings(values), "--out", out], check=True,
                   stdout=subprocess.DEVNULL)
    return out


def lag_1(values):
    mean = statistics.fmean(values)
    top = sum((a - mean) * (b - mean) for a, b in zip(values, values[1:]))
    return top / sum((x - mean) ** 2 for x in values)


def read_series(folder):
    with open(folder / "timeseries.csv", encoding="utf-8") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    return {
        "lag_mean": lag_1([float(r["heat_mean"]) * float(r["drives_present"]) for r in rows]),
        "lag_max": lag_1([float(r["heat_max"]) for r in rows]),
    }


def read_run(folder):
    metrics = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    return {**metrics.get("metrics", metrics), **read_series(folder)}


def variants(out):
    """Metrics by the variants' names, in their order."""
    of = json.loads((out / "compare.json").read_text(encoding="utf-8"))["variants"]
    return {v["name"]: {**v["metrics"], **read_series(out / v["dir"])} for v in of}


def compared(folder, values):
    found = variants(run("compare", folder / "all", values))
    for name, placement in POLICIES.items():
        found[f"{name}, 3 copies"] = read_run(
            run("run", folder / "policy", {**values, "placement": placement}))
    return found


def pair(left, right, metric, scale=1.0, digits=2):
    return f"{left[metric] * scale:.{digits}f} / {right[metric] * scale:.{digits}f}"


def write(name, lines):
    text = DOCUMENT.read_text(encoding="utf-8")
    block = f"<!-- begin {name} -->\n" + "\n".join(lines) + f"\n<!-- end {name} -->"
    text, count = re.subn(f"<!-- begin {name} -->.*?<!-- end {name} -->", lambda _: block, text,
                          flags=re.S)
    if count != 1:
        sys.exit(f"{DOCUMENT}: no place for the table `{name}` - keep its markers")
    DOCUMENT.write_text(text, encoding="utf-8")
    print("\n".join(lines))


def forms(folder):
    mapped = compared(folder / "mapped", {})
    ledger = compared(folder / "ledger", LEDGER)
    lines = ["| variant | sd of fill, % | fullest, % | mean heat, % | p99.9, % | CoV of heat | "
             "lag-1 of mean heat | lag-1 of hottest | repair, PB | landed heat | "
             "tenants on a drive |", "|" + "---|" * 11]
    for name, left in mapped.items():
        right = ledger[name]
        cells = [pair(left, right, "capacity.fill.sd", 100),
                 pair(left, right, "capacity.fill.max", 100, 1),
                 pair(left, right, "heat.util.mean", 100, 1),
                 pair(left, right, "heat.util.p99_9", 100, 1),
                 pair(left, right, "heat.cov", 1, 3), pair(left, right, "lag_mean"),
                 pair(left, right, "lag_max"), pair(left, right, "repair.bytes", 1e-15),
                 pair(left, right, "landing.rack_heat_to_fleet"),
                 pair(left, right, "blast.tenants_hit_by_drive", 1, 1)]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    write("forms", lines)


def variant_settings():
    """Of comparison.json, by name, as its baseline has them."""
    of = json.loads(BASELINE.read_text(encoding="utf-8"))["variants"]
    return {variant["name"]: variant["set"] for variant in of}


def spread(values):
    return statistics.stdev(values) / len(values) ** 0.5


def seeds(folder, count):
    named = variant_settings()
    chosen = {name: named[name] for name in SEEDED}
    chosen["least loaded, 3 copies"] = {"placement": POLICIES["least loaded"]}
    metrics = ["capacity.fill.sd", "heat.cov", "heat.util.p99", "heat.util.p99_9"]
    lines = ["| variant | sd of fill | CoV of heat | p99 of heat | p99.9 of heat | "
             "p99.9, between seeds |", "|" + "---|" * 6]
    for name, values in chosen.items():
        runs = []
        for seed in range(1, count + 1):
            of = {**values, "seed": str(seed)}
            runs.append((read_run(run("run", folder / "mapped", of)),
                         read_run(run("run", folder / "ledger", {**of, **LEDGER}))))
        cells = []
        for metric in metrics:
            parts = [100 * (right[metric] / left[metric] - 1) for left, right in runs]
            cells.append(f"{statistics.fmean(parts):.1f} ± {spread(parts):.1f} %")
        mapped = [left["heat.util.p99_9"] for left, _ in runs]
        cells.append(f"{100 * spread(mapped) / statistics.fmean(mapped):.1f} %")
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    write("seeds", lines)


def scale(folder):
    small = variants(run("compare", folder / "small", {}))
    large = variants(run("compare", folder / "large", {**LEDGER, **SCALED}))
    lines = ["| variant | sd of fill, % | fullest, % | stranded, % | mean heat, % | CoV of heat | "
             "peak / mean | repair, PB per 100,000 drives | landed after, d | landed heat |",
             "|" + "---|" * 10]
    for name, left in small.items():
        right = dict(large[name])
        right["repair.bytes"] /= 100
        cells = [pair(left, right, "capacity.fill.sd", 100),
                 pair(left, right, "capacity.fill.max", 100, 1),
                 pair(left, right, "capacity.stranded", 100, 1),
                 pair(left, right, "heat.util.mean", 100, 1),
                 pair(left, right, "heat.cov", 1, 3), pair(left, right, "heat.peak_to_mean"),
                 pair(left, right, "repair.bytes", 1e-15),
                 pair(left, right, "migration.seconds", 1 / 86400),
                 pair(left, right, "landing.rack_heat_to_fleet")]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    write("scale", lines)


def main(words):
    chosen = [word for word in words if not word.isdigit()] or ["forms", "seeds", "scale"]
    count = next((int(word) for word in words if word.isdigit()), 8)
    if "-h" in words or "--help" in words or not set(chosen) <= {"forms", "seeds", "scale"}:
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        for sub in ("mapped", "ledger"):
            (folder / sub).mkdir()
        if "forms" in chosen:
            forms(folder)
        if "seeds" in chosen:
            seeds(folder, count)
        if "scale" in chosen:
            scale(folder)


if __name__ == "__main__":
    main(sys.argv[1:])
