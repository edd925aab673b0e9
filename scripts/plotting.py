"""What the figure scripts share: reading a compare run's files, and one look for all figures."""

import argparse
import csv
import json
import sys
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402  (the backend is chosen first)

# Okabe & Ito's palette: told apart with every common form of colour blindness, and in grey.
COLOURS = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9", "#000000", "#8C6D31"]
SECONDS_PER_DAY = 86400.0
LINE_STYLES = ["-", "--", ":", "-."]
MARKERS = ["o", "s", "^", "D", "v", "P", "X", "*"]

plt.rcParams.update(
    {
        "figure.dpi": 100,
        "savefig.dpi": 160,
        "font.size": 10,
        "axes.titlesize": 11,
        "axes.titlelocation": "left",
        "axes.titleweight": "bold",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "axes.axisbelow": True,
        "grid.color": "#DDDDDD",
        "grid.linewidth": 0.6,
        "legend.frameon": False,
    }
)


def fail(message):
    sys.exit(f"{Path(sys.argv[0]).name}: {message}")


def read_rows(path, command):
    """The rows of a CSV file, each a {column: text}."""
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))
    except OSError as error:
        fail(f"{path}: cannot be read ({error.strerror}) — run `{command}` first")


def read_table(path, command):
    """A CSV file of numbers as {column: [floats]}; an empty cell is NaN."""
    rows = read_rows(path, command)
    if not rows:
        fail(f"{path}: no rows (an interrupted run?) — run `{command}` again")
    return {column: [float(row[column] or "nan") for row in rows] for column in rows[0]}


class Event:
    """A line of events.csv."""

    def __init__(self, row):
        self.day = float(row["time_s"]) / SECONDS_PER_DAY
        self.name = row["event"]
        self.domain = row["domain"]


class Run:
    """The folder of one run that plays events."""

    def __init__(self, folder):
        self.folder = folder
        self.name = folder.resolve().name

    def table(self, file_name):
        return read_table(self.folder / file_name, "spindle run")

    def events(self):
        return [Event(row) for row in read_rows(self.folder / "events.csv", "spindle run")]


class Variant:
    """One variant of a compare run: its labels, its metrics and its folder."""

    def __init__(self, folder, entry):
        self.name = entry["name"]
        self.metrics = entry["metrics"]
        self.folder = folder / entry["dir"]
        # "random, 3 copies": the policy first, the scheme last.
        parts = [part.strip() for part in self.name.rsplit(",", 1)]
        self.placement = parts[0]
        self.scheme = parts[1] if len(parts) == 2 else ""

    def metric(self, name):
        """A metric as a float, or None where the run does not have it."""
        value = self.metrics.get(name)
        return None if value is None else float(value)

    def table(self, file_name):
        """A CSV file of this variant as {column: [floats]}."""
        return read_table(self.folder / file_name, "spindle compare")


class Comparison:
    """A compare run: variants in order, a colour per placement and a style per scheme."""

    def __init__(self, folder):
        path = folder / "compare.json"
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            done = [entry for entry in data["variants"] if "failed" not in entry]
            self.variants = [Variant(folder, entry) for entry in done]
        except OSError as error:
            fail(f"{path}: cannot be read ({error.strerror}) — run `spindle compare` first")
        except (ValueError, KeyError) as error:
            fail(f"{path}: not the file of a compare run ({error!r})")
        if not self.variants:
            fail(f"{path}: no variants that ended")
        self.placements = unique(variant.placement for variant in self.variants)
        self.schemes = unique(variant.scheme for variant in self.variants)

    def colour(self, placement):
        return COLOURS[self.placements.index(placement) % len(COLOURS)]

    def marker(self, placement):
        return MARKERS[self.placements.index(placement) % len(MARKERS)]

    def style(self, scheme):
        return LINE_STYLES[self.schemes.index(scheme) % len(LINE_STYLES)]

    def of_placement(self, placement):
        return [variant for variant in self.variants if variant.placement == placement]

    def of_scheme(self, scheme):
        return [variant for variant in self.variants if variant.scheme == scheme]


def unique(values):
    return list(dict.fromkeys(values))


def main(draw, default_name, description):
    """Parses `DIR [-o OUT.png]`, lets draw(comparison) make the figure and saves it."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("dir", type=Path, help="result folder of `spindle compare`")
    parser.add_argument("-o", "--out", type=Path, help=f"PNG to write (default: DIR/{default_name})")
    arguments = parser.parse_args()
    figure = draw(Comparison(arguments.dir))
    out = arguments.out or arguments.dir / default_name
    # No version or date inside: equal results give equal pictures.
    figure.savefig(out, bbox_inches="tight", metadata={"Software": None})
    print(out)


def main_of_runs(draw, default_name, description):
    """Parses `DIR… [-o OUT.png]`, lets draw(runs) make the figure and saves it."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("dirs", type=Path, nargs="+", metavar="DIR",
                        help="result folder of `spindle run`, or of one variant of a comparison")
    parser.add_argument("-o", "--out", type=Path,
                        help=f"PNG to write (default: the first DIR/{default_name})")
    arguments = parser.parse_args()
    figure = draw([Run(folder) for folder in arguments.dirs])
    out = arguments.out or arguments.dirs[0] / default_name
    figure.savefig(out, bbox_inches="tight", metadata={"Software": None})
    print(out)
