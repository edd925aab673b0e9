#!/usr/bin/python3
"""Nines of each redundancy scheme against the time that repair takes: lines by the chain, points simulated."""

import argparse
import csv
import io
import subprocess
from pathlib import Path

import plotting
from plotting import COLOURS, MARKERS, plt

ROOT = Path(__file__).resolve().parent.parent
SCHEMES = "3 copies,4 copies,5+4,10+4,17+3,LRC 12+2+2"
CURVE = [0.5 * 1.3**k for k in range(30)]  # hours
POINTS = [1, 6, 24, 168, 720]
TARGET = 11


def run(spindle, hours, *options):
    """`spindle nines` at a mean time to repair: {scheme: row of its CSV}."""
    command = [spindle, "nines", "-q", "--scheme", SCHEMES, "--mttr", f"{hours:.6g} h",
               "--format", "csv", *options]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        plotting.fail(f"{spindle}: cannot be run ({error.strerror}) — build it, or name it with "
                      "--spindle")
    if done.returncode != 0:
        plotting.fail(done.stderr.strip() or f"{' '.join(command)}: failed")
    return {row["scheme"]: row for row in csv.DictReader(io.StringIO(done.stdout))}


def draw(spindle, afr):
    figure, axes = plt.subplots(figsize=(9.5, 6))
    curve = [run(spindle, hours, "--afr", afr, "--analytic") for hours in CURVE]
    points = [run(spindle, hours, "--afr", afr) for hours in POINTS]
    # As the lines lie at the left: greatest nines first.
    order = sorted(curve[0], key=lambda scheme: -float(curve[0][scheme]["analytic.nines"]))
    for index, scheme in enumerate(order):
        overhead = float(curve[0][scheme]["overhead"])
        axes.plot(CURVE, [float(at[scheme]["analytic.nines"]) for at in curve],
                  color=COLOURS[index], label=f"{scheme}, {overhead:.3g} × stored")
        done = [(hours, float(at[scheme]["simulated.nines"])) for hours, at in zip(POINTS, points)
                if at[scheme]["simulated.nines"]]
        axes.plot([hours for hours, _ in done], [nines for _, nines in done],
                  MARKERS[index], color=COLOURS[index], markersize=6)
    axes.axhline(TARGET, color="#555555", linewidth=1.0, linestyle="--")
    axes.annotate("eleven nines", (CURVE[0], TARGET), xytext=(0, -12), textcoords="offset points",
                  fontsize=8.5, color="#555555")
    axes.set_xscale("log")
    axes.set_xticks([1, 6, 24, 168, 720], ["1 h", "6 h", "1 d", "1 week", "30 d"])
    axes.minorticks_off()
    axes.set_ylim(bottom=0)
    axes.set_xlabel("mean time from a failure to restored shards")
    axes.set_ylabel("nines of annual durability of one extent, −log₁₀ P(loss in a year)")
    axes.set_title(f"Nines against repair time, AFR {afr}: ten times faster is worth m nines")
    axes.legend(title="lines: chain, points: simulated", fontsize=9)
    figure.tight_layout()
    return figure


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--spindle", default=str(ROOT / "build/release/spindle"),
                        help="the program (default: build/release/spindle)")
    parser.add_argument("--afr", default="1.5 %/yr", help="annual failure rate (default: 1.5 %%/yr)")
    parser.add_argument("-o", "--out", type=Path, default=Path("repair_time.png"),
                        help="PNG to write (default: repair_time.png)")
    arguments = parser.parse_args()
    figure = draw(arguments.spindle, arguments.afr)
    # No version or date inside: equal results give equal pictures.
    figure.savefig(arguments.out, bbox_inches="tight", metadata={"Software": None})
    print(arguments.out)


if __name__ == "__main__":
    main()
