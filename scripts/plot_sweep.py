#!/usr/bin/python3
"""A metric of a sweep: a heat map over two of its paths, or lines over one, with 95 % intervals."""

import argparse
import math
import re
from pathlib import Path

import plotting
from matplotlib.ticker import ScalarFormatter
from plotting import COLOURS, LINE_STYLES, MARKERS, plt

# Two-sided 95 % quantiles of Student's t by degrees of freedom; beyond, the normal's.
T_95 = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
        2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056,
        2.052, 2.048, 2.045, 2.042]
# Decimal and binary prefixes, to put "900 MB" before "1 GB".
PREFIXES = {"k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "E": 1e18}
TIMES = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1, "min": 60, "h": 3600, "d": 86400,
         "wk": 604800, "yr": 31536000}


def size(text):
    """A number or quantity as a number that sorts; None of a word."""
    match = re.fullmatch(r"\s*([-+]?[0-9.]+(?:e[-+]?[0-9]+)?)\s*(.*?)\s*", text, re.IGNORECASE)
    if not match:
        return None
    value, unit = float(match[1]), match[2]
    over = unit.rsplit("/", 1)
    if len(over) == 2 and over[1] in TIMES:
        value /= TIMES[over[1]]
        unit = over[0].strip()
    if unit in TIMES:
        return value * TIMES[unit]
    binary = re.fullmatch(r"([KMGTPE])i?B", unit.replace("k", "K"))
    if binary:
        if "i" in unit:
            return value * 1024 ** ("KMGTPE".index(binary[1]) + 1)
        return value * PREFIXES[unit[0]]
    return value / 100 if unit == "%" else value


def in_order(values):
    """By size where all have one, as they come otherwise."""
    values = plotting.unique(values)
    if all(size(value) is not None for value in values):
        return sorted(values, key=size)
    return values


def mean_and_half_width(values):
    mean = sum(values) / len(values)
    if len(values) < 2:
        return mean, 0.0
    variance = sum((value - mean) ** 2 for value in values) / (len(values) - 1)
    t = T_95[len(values) - 2] if len(values) - 2 < len(T_95) else 1.96
    return mean, t * math.sqrt(variance / len(values))


class Sweep:
    """The rows of sweep.csv and which of its columns are paths."""

    def __init__(self, folder):
        path = folder / "sweep.csv"
        self.rows = plotting.read_rows(path, "spindle sweep")
        if not self.rows:
            plotting.fail(f"{path}: no rows — run `spindle sweep` to its end first")
        columns = list(self.rows[0])
        if "run_id" not in columns or "digest" not in columns:
            plotting.fail(f"{path}: not the table of a sweep")
        self.paths = columns[columns.index("run_id") + 1:columns.index("seed")]
        self.metrics = columns[columns.index("digest") + 1:]

    def check(self, option, name, known):
        if name is not None and name not in known:
            plotting.fail(f"{option}: the sweep has no {name} — known: {', '.join(known)}")

    def keep(self, path, value):
        """Leaves the other rows out."""
        rows = [row for row in self.rows if row[path] == value]
        if not rows:
            known = plotting.unique(row[path] for row in self.rows)
            plotting.fail(f"--only: no row has {path}={value} — known: {', '.join(known)}")
        self.rows = rows

    def values(self, metric, **of):
        """The metric's values in the rows whose columns are as stated; undefined ones left out."""
        return [float(row[metric]) for row in self.rows
                if row[metric] and all(row[key] == value for key, value in of.items())]

    def groups(self, paths):
        """What rows have in these columns, in the order of the rows."""
        return plotting.unique(tuple(row[path] for path in paths) for row in self.rows)


def heat_map(sweep, x, y, metric):
    columns = in_order(row[x] for row in sweep.rows)
    lines = in_order(row[y] for row in sweep.rows)
    means = [[mean_and_half_width(values)[0] if values else math.nan
              for values in (sweep.values(metric, **{x: column, y: line}) for column in columns)]
             for line in lines]
    figure, axes = plt.subplots(figsize=(1.6 + 1.1 * len(columns), 1.5 + 0.55 * len(lines)))
    image = axes.imshow(means, origin="lower", aspect="auto", cmap="viridis")
    axes.grid(visible=False)
    axes.set_xticks(range(len(columns)), [column or "–" for column in columns])
    axes.set_yticks(range(len(lines)), [line or "–" for line in lines])
    finite = [value for line in means for value in line if math.isfinite(value)]
    middle = (min(finite) + max(finite)) / 2 if finite else 0
    for i, line in enumerate(means):
        for j, value in enumerate(line):
            axes.text(j, i, f"{value:.3g}" if math.isfinite(value) else "–", ha="center",
                      va="center", fontsize=9, color="black" if value > middle else "white")
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.set_title(f"{metric}, mean over all else")
    figure.colorbar(image, ax=axes)
    return figure


def lines_over(sweep, x, by, metric):
    ticks = in_order(row[x] for row in sweep.rows)
    sizes = [size(tick) for tick in ticks]
    numeric = all(value is not None for value in sizes)
    places = sizes if numeric else list(range(len(ticks)))
    figure, axes = plt.subplots(figsize=(9, 5.5))
    for index, group in enumerate(sweep.groups(by)):
        points = []
        for place, tick in zip(places, ticks):
            values = sweep.values(metric, **{x: tick}, **dict(zip(by, group)))
            if values:
                points.append((place, *mean_and_half_width(values)))
        label = ", ".join(f"{path} {value}" for path, value in zip(by, group) if value)
        axes.errorbar([p[0] for p in points], [p[1] for p in points],
                      yerr=[p[2] for p in points], capsize=3, markersize=5,
                      color=COLOURS[index % len(COLOURS)], marker=MARKERS[index % len(MARKERS)],
                      linestyle=LINE_STYLES[index // len(COLOURS) % len(LINE_STYLES)], label=label)
    if numeric and min(places) > 0 and max(places) / min(places) > 20:
        axes.set_xscale("log")
        axes.xaxis.set_major_formatter(ScalarFormatter())
        axes.minorticks_off()
    axes.set_xticks(places, [tick or "–" for tick in ticks])
    axes.set_xlabel(x)
    axes.set_ylabel(metric)
    axes.set_title(f"{metric}: means with 95 % intervals")
    if by:
        axes.legend(fontsize=9, loc="upper left", bbox_to_anchor=(1.01, 1.0))
    return figure


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dir", type=Path, help="result folder of `spindle sweep` or `merge`")
    parser.add_argument("--metric", default="capacity.skew.over", help="what is drawn")
    parser.add_argument("--x", help="path along x (default: the sweep's last)")
    parser.add_argument("--y", help="path along y: a heat map instead of lines")
    parser.add_argument("--by", help="paths that make lines, by commas (default: all others)")
    parser.add_argument("--only", action="append", default=[], metavar="PATH=VALUE",
                        help="draw rows with this value alone; may be given several times")
    parser.add_argument("--log", action="store_true", help="a log scale for the metric of lines")
    parser.add_argument("-o", "--out", type=Path, help="PNG to write (default: DIR/sweep.png)")
    arguments = parser.parse_args()
    sweep = Sweep(arguments.dir)
    if not sweep.paths:
        plotting.fail(f"{arguments.dir}: a sweep of replications alone has nothing to draw along")
    x = arguments.x or sweep.paths[-1]
    sweep.check("--x", x, sweep.paths)
    sweep.check("--y", arguments.y, sweep.paths)
    sweep.check("--metric", arguments.metric, sweep.metrics)
    for path, _, value in (only.partition("=") for only in arguments.only):
        sweep.check("--only", path, sweep.paths)
        sweep.keep(path, value)
    if arguments.y:
        figure = heat_map(sweep, x, arguments.y, arguments.metric)
    else:
        others = [path for path in sweep.paths if path != x and len(sweep.groups([path])) > 1]
        by = arguments.by.split(",") if arguments.by else others
        for path in by:
            sweep.check("--by", path, sweep.paths)
        figure = lines_over(sweep, x, by, arguments.metric)
        if arguments.log:
            figure.axes[0].set_yscale("log")
    out = arguments.out or arguments.dir / "sweep.png"
    # No version or date inside: equal results give equal pictures.
    figure.savefig(out, bbox_inches="tight", metadata={"Software": None})
    print(out)


if __name__ == "__main__":
    main()
