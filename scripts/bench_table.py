#!/usr/bin/env python3
"""Joins Google Benchmark's JSON of our programs and of the peers into one table and one file.

Usage: bench_table.py GROUP FOLDER FILE — reads FOLDER/*.json (peers are named peer_*.json), prints
the table and writes FILE: {"context": {...}, "rows": [{"name", "value", "unit", "peer",
"peer_value", "ratio", ...}]}. A ratio above 1 means faster than the best peer.
"""

import json
import pathlib
import re
import sys

# Rows that count events a second, and groups that count something else; all others are nanoseconds an
# operation.
RATES = {"mm1", "phold"}
GROUP_RATES = {"drive": "reads/s", "tenant": "arrivals/s", "trace": "lines/s",
               "placement": "shards/s", "durability": "drive-years/s"}
# Rows of a group that count something else.
ROW_RATES = {"placement.erasure_5_4": "objects/s"}
# Rows that say how long the whole takes.
SECONDS = {"tenant.epoch", "durability.eleven_nines", "durability.ten_million", "fleet.30m"}
# Simulated seconds in a second of wall-clock time, where a benchmark says so.
REAL_TIME = "x real time"
# What the number behind a benchmark's name means, where it is not a number of pending events.
ARGUMENTS = {"phold": "threads", "fleet": "threads", "memory_dependent": "MiB",
             "memory_sixteen": "MiB"}
SETTINGS = re.compile(r"/(real_time|process_time|manual_time|"
                      r"(iterations|min_time|min_warmup_time|repeats):[^/]*)")
TIME_UNITS = {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}


def short(number):
    """1000000 as 1e6, 65536 as it is."""
    digits = number.rstrip("0")
    zeros = len(number) - len(digits)
    return f"{digits}e{zeros}" if zeros >= 3 and len(digits) == 1 else number


def row_name(group, run_name):
    parts = SETTINGS.sub("", run_name).split("/")
    prefix = ARGUMENTS.get(parts[0], "")
    return ".".join([group, parts[0]] +
                    [prefix + short(p) if p.isdigit() else p for p in parts[1:]])


def measured(group, run):
    """One row of a benchmark's median (or only) run."""
    name = row_name(group, run["run_name"])
    if "realtime" in run:
        return {"name": name, "value": run["realtime"], "unit": REAL_TIME}
    if ".".join(name.split(".")[:2]) in SECONDS:
        time = run["real_time" if "/real_time" in run["run_name"] else "cpu_time"]
        return {"name": name, "value": time * TIME_UNITS[run["time_unit"]] / 1e9, "unit": "s"}
    rate = run.get("items_per_second", run.get("events/s"))
    if rate is None:
        rate = 1e9 / (run["cpu_time"] * TIME_UNITS[run["time_unit"]])
    unit = GROUP_RATES.get(group, "events/s" if name.split(".")[1] in RATES else "ns")
    unit = ROW_RATES.get(".".join(name.split(".")[:2]), unit)
    row = {"name": name, "value": 1e9 / rate if unit == "ns" else rate, "unit": unit}
    for key, value in run.items():
        if key.startswith("bytes") and key != "bytes_per_second":
            row["bytes"] = value
    if run.get("label"):
        row["label"] = run["label"]
    return row


def rows_of(group, path):
    runs = json.loads(path.read_text(encoding="utf-8"))["benchmarks"]
    medians = [run for run in runs if run.get("aggregate_name") == "median"]
    failed = [run["name"] for run in runs if run.get("error_occurred")]
    if failed:
        sys.exit(f"bench_table: {path}: failed: {', '.join(failed)}")
    return [measured(group, run) for run in medians or runs]


def speed(row):
    return 1 / row["value"] if row["unit"] in ("ns", "s") else row["value"]


def join(ours, peers):
    for row in ours:
        rivals = [peer for peer in peers if peer["name"] == row["name"]]
        if not rivals:
            continue
        best = max(rivals, key=speed)
        row.update(peer=best["label"], peer_value=best["value"],
                   ratio=speed(row) / speed(best))


def text(row, field):
    value = row.get(field)
    if value is None:
        return "-"
    if field == "bytes":
        return f"{value:.0f}"
    if field == "ratio":
        return f"{value:.2f}x" if value < 10 else f"{value:.0f}x"
    if row["unit"] == REAL_TIME:
        return f"{value:.1f} {REAL_TIME}"
    if row["unit"] == "s":
        return f"{value:.2f} s"
    if row["unit"] != "ns":
        return f"{value / 1e6:.2f} M/s"
    return f"{value:.1f} ns" if value < 1e4 else f"{value / 1e6:.3f} ms"


def print_table(ours, peers):
    lines = [["work", "by", "cost", "bytes", "faster than the best peer"]]
    for row in ours:
        lines.append([row["name"], "Spindle", text(row, "value"), text(row, "bytes"),
                      text(row, "ratio")])
        for peer in sorted((p for p in peers if p["name"] == row["name"]), key=speed, reverse=True):
            lines.append(["", peer["label"], text(peer, "value"), text(peer, "bytes"), ""])
    known = {row["name"] for row in ours}
    for peer in peers:
        if peer["name"] not in known:
            lines.append([peer["name"], peer["label"], text(peer, "value"), text(peer, "bytes"), ""])
    widths = [max(len(line[i]) for line in lines) for i in range(5)]
    for line in lines:
        cells = [cell.ljust(width) if i < 2 else cell.rjust(width)
                 for i, (cell, width) in enumerate(zip(line, widths))]
        print("  ".join(cells).rstrip())


def main():
    group, folder, out = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    # A program none of whose benchmarks match the filter leaves an empty file.
    files = sorted(path for path in folder.glob("*.json") if path.stat().st_size > 0)
    ours = [row for path in files if not path.name.startswith("peer_")
            for row in rows_of(group, path)]
    peers = [row for path in files if path.name.startswith("peer_") for row in rows_of(group, path)]
    if not ours and not peers:
        sys.exit("bench_table: no benchmark matches the filter — see scripts/bench.sh --help")
    for peer in peers:
        peer.setdefault("label", "peer")
    join(ours, peers)
    context = {}
    for path in files:
        context = json.loads(path.read_text(encoding="utf-8")).get("context", context)
    kept = {key: context[key] for key in ("num_cpus", "mhz_per_cpu", "load_avg") if key in context}
    print(f"{kept.get('num_cpus', '?')} processors, load average before the last program "
          f"{kept.get('load_avg', '?')}")
    print_table(ours, peers)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps({"context": kept, "rows": ours, "peers": peers}, indent=1) + "\n",
                   encoding="utf-8")
    print(f"rows written to {out}")


if __name__ == "__main__":
    main()
