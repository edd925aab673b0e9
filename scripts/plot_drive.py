#!/usr/bin/python3
"""One mechanical drive in four panels: how the arm moves, what queues make of responses and of the
reads served, and what open arrivals wait, simulated and predicted."""

import argparse
import json
import subprocess
from pathlib import Path

import numpy

import plotting
from plotting import COLOURS, MARKERS, plt

ROOT = Path(__file__).resolve().parent.parent
SCHEDULERS = ["fcfs", "c_look", "sstf", "sptf"]
DEPTHS = [1, 2, 4, 8, 16, 32]
LOADS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95]
MILLISECONDS = {"ms": 1.0, "us": 1e-3, "s": 1e3}

# Random 4 KB reads a second, (depth, scheduler or None, rate). DiskSim 4.0 with the parameters that
# the drive file has; data sheets of the Exos X16 to X24 and M, which name a depth of 16 alone.
DISKSIM = {
    "cheetah-9lp": [(1, "fcfs", 103.8), (4, "fcfs", 106.6), (4, "c_look", 117.9),
                    (4, "sstf", 125.9), (4, "sptf", 135.4), (16, "c_look", 151.6),
                    (16, "sstf", 154.1), (16, "sptf", 176.5), (32, "fcfs", 106.8),
                    (32, "c_look", 164.6), (32, "sstf", 165.8), (32, "sptf", 197.1)],
    "barracuda": [(1, "fcfs", 66.0), (4, "fcfs", 68.6), (4, "c_look", 75.6), (4, "sstf", 80.7),
                  (4, "sptf", 85.9), (16, "c_look", 97.8), (16, "sstf", 99.0),
                  (16, "sptf", 109.7), (32, "fcfs", 68.7), (32, "c_look", 106.7),
                  (32, "sstf", 107.1), (32, "sptf", 121.0)],
}
DATA_SHEET = {name: [(16, None, 169)] for name in
              ("nearline-16tb", "nearline-18tb", "nearline-20tb", "nearline-24tb", "nearline-30tb")}


class Bench:
    """`spindle drive` on one drive; what it prints, as a dictionary."""

    def __init__(self, spindle, drive, requests):
        self.spindle, self.drive, self.requests = spindle, drive, requests

    def run(self, requests, **options):
        command = [self.spindle, "drive", "--drive", self.drive, "--format", "json",
                   "--requests", str(requests)]
        for name, value in options.items():
            command += [f"--{name}"] if value is True else [f"--{name}", str(value)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        except OSError as error:
            plotting.fail(f"{self.spindle}: cannot be run ({error.strerror}) — build it, or name "
                          "it with --spindle")
        if done.returncode != 0:
            plotting.fail(done.stderr.strip() or f"{' '.join(command)}: failed")
        return json.loads(done.stdout)


def read_drive_file(name):
    path = Path(name)
    if not path.exists():
        path = ROOT / "scenarios" / "drives" / f"{name}.json"
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        plotting.fail(f"{path}: not a drive file that can be read ({error})")


def time_ms(text):
    number, unit = text.split()
    return float(number) * {**MILLISECONDS, "ns": 1e-6}[unit]


def law(d, coefficients, switch_at):
    """t(d) of the two-piece law: a + b sqrt(d) below the switch, c + e d from there on."""
    a, b, c, e = coefficients
    return numpy.where(d < switch_at, a + b * numpy.sqrt(d), c + e * d)


def fit_law(d, t):
    """Least squares on both sides of every switch between two points; the best of all."""
    best = None
    for at in range(3, len(d) - 2):
        short = numpy.linalg.lstsq(numpy.c_[numpy.ones(at), numpy.sqrt(d[:at])], t[:at], rcond=None)
        far = numpy.linalg.lstsq(numpy.c_[numpy.ones(len(d) - at), d[at:]], t[at:], rcond=None)
        coefficients = (*short[0], *far[0])
        rms = numpy.sqrt(numpy.mean((law(d, coefficients, d[at]) - t) ** 2))
        if best is None or rms < best[2]:
            best = (coefficients, d[at], rms)
    return best


def draw_seek(axes, drive, mean_ms):
    seek = drive["seek"]
    last = drive["zones"][-1]
    stroke = last["first_cylinder"] + last["cylinders"] - 1
    scale = seek.get("scale", 1)
    distances = numpy.unique(numpy.geomspace(1, stroke, 400).astype(int))
    if seek["model"] == "table":
        d, t = numpy.array(seek["points"], dtype=float).T
        t *= MILLISECONDS[seek["unit"]] * scale
        axes.plot(d, t, "o", color="#333333", markersize=3, label="measured table")
        if len(d) > 6:
            coefficients, switch_at, rms = fit_law(d, t)
            axes.plot(distances, law(distances, coefficients, switch_at), color=COLOURS[0],
                      label=f"fit $a+b\\sqrt{{d}}$, $c+e\\,d$: rms {rms:.2g} ms")
    else:
        coefficients = [scale * time_ms(seek[key]) for key in
                        ("short_base", "short_slope", "long_base", "long_slope")]
        axes.plot(distances, law(distances, coefficients, seek["switch_at"]), color=COLOURS[0],
                  label="$a+b\\sqrt{d}$, then $c+e\\,d$")
    axes.axhline(mean_ms, color=COLOURS[4], linewidth=0.9, linestyle="--",
                 label=f"mean of random reads: {mean_ms:.2f} ms")
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.set_ylim(bottom=0)
    axes.set_xlabel("distance, cylinders")
    axes.set_ylabel("ms")
    axes.set_title("seek")
    axes.legend(loc="upper left", fontsize=8)


def draw_responses(axes, runs):
    percent = range(1, 100)
    for depth, colour in zip((1, 4, 16, 32), COLOURS):
        axes.plot([1e3 * s for s in runs["sptf", depth]["total.percentiles_s"]], percent,
                  color=colour, label=f"depth {depth}")
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter("{x:,g}")
    axes.set_xlabel("response, ms")
    axes.set_ylabel("% of reads answered within")
    axes.set_ylim(0, 100)
    axes.set_title("responses, sptf")
    axes.legend(loc="upper left", fontsize=8)


def draw_iops(axes, name, runs):
    marker_of = dict(zip(SCHEDULERS, MARKERS))
    colour_of = dict(zip(SCHEDULERS, COLOURS))
    for scheduler in SCHEDULERS:
        axes.plot(DEPTHS, [runs[scheduler, depth]["iops"] for depth in DEPTHS],
                  color=colour_of[scheduler], label=scheduler)
    points = DISKSIM.get(name, []) + DATA_SHEET.get(name, [])
    for depth, scheduler, iops in points:
        axes.plot([depth], [iops], marker_of.get(scheduler, "*"), markersize=6, clip_on=False,
                  markerfacecolor="white", markeredgecolor=colour_of.get(scheduler, "#000000"))
    if points:
        axes.plot([], [], "*" if name in DATA_SHEET else "o", markerfacecolor="white",
                  markeredgecolor="#000000", linestyle="",
                  label="data sheets" if name in DATA_SHEET else "DiskSim 4.0")
    axes.set_xscale("log", base=2)
    axes.set_xticks(DEPTHS, [str(depth) for depth in DEPTHS])
    axes.set_ylim(bottom=0)
    axes.set_xlabel("requests outstanding")
    axes.set_ylabel("4 KB reads a second")
    axes.set_title("reads served")
    axes.legend(loc="lower right", fontsize=8)


def draw_waits(axes, bench, top):
    """Poisson arrivals at shares of `top`, what fcfs serves of them at most."""
    # Successive responses resemble each other for about 1 / (1 - utilisation)^2 services.
    many = 20 * bench.requests
    points = [bench.run(many, rate=load * top, depth=1024, predict=True) for load in LOADS]
    between = [bench.run(1, rate=load * top, depth=1024, predict=True)
               for load in (0.02, 0.05, 0.875, 0.925, 0.97)]
    curves = sorted(points + between, key=lambda run: run["predicted.utilisation"])
    for key, colour, marker in (("mean_s", COLOURS[0], "o"), ("p99_s", COLOURS[4], "s")):
        label = key.removesuffix("_s")
        axes.plot([100 * run["predicted.utilisation"] for run in curves],
                  [1e3 * run[f"predicted.total.{key}"] for run in curves], color=colour,
                  label=f"{label}, moments and Pollaczek–Khinchine")
        axes.plot([100 * run["predicted.utilisation"] for run in points],
                  [1e3 * run[f"total.{key}"] for run in points], marker, color=colour,
                  markersize=4, label=f"{label}, simulated")
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter("{x:,g}")
    axes.set_xlim(0, 100)
    axes.set_xlabel("utilisation, %")
    axes.set_ylabel("response, ms")
    axes.set_title("Poisson arrivals, fcfs")
    axes.legend(loc="upper left", fontsize=8)


def draw(bench, drive):
    runs = {(scheduler, depth): bench.run(bench.requests, scheduler=scheduler, depth=depth)
            for scheduler in SCHEDULERS for depth in DEPTHS}
    figure, panels = plt.subplots(2, 2, figsize=(10.5, 8))
    lone = runs["fcfs", 1]
    draw_seek(panels[0][0], drive, 1e3 * lone["seek.mean_s"])
    draw_responses(panels[0][1], runs)
    draw_iops(panels[1][0], drive["name"], runs)
    # A queue hides the decoding of commands: what a deep one serves is the capacity.
    draw_waits(panels[1][1], bench, runs["fcfs", DEPTHS[-1]]["iops"])
    figure.suptitle(f"{drive['name']}: random reads of 4 KB", fontsize=12.5)
    figure.tight_layout()
    return figure


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--drive", default="cheetah-9lp", help="a drive that comes with Spindle, "
                        "or a drive file with one arm and no cache (default: cheetah-9lp)")
    parser.add_argument("--spindle", default=str(ROOT / "build" / "release" / "spindle"),
                        help="the program (default: that of the release build)")
    parser.add_argument("--requests", type=int, default=50000, help="of each point, 20 times as many for arrivals (50000)")
    parser.add_argument("-o", "--out", type=Path, help="PNG to write (default: drive.png)")
    arguments = parser.parse_args()
    figure = draw(Bench(arguments.spindle, arguments.drive, arguments.requests),
                  read_drive_file(arguments.drive))
    out = arguments.out or Path("drive.png")
    # No version or date inside: equal results give equal pictures.
    figure.savefig(out, bbox_inches="tight", metadata={"Software": None})
    print(out)


if __name__ == "__main__":
    main()
