#!/usr/bin/python3
"""Demand on data against its age, measured in a run of data that is all new at the start, and by law."""

import json
import math

import plotting
from plotting import plt

SECONDS_PER_DAY = 86400.0


SECONDS = {"s": 1.0, "min": 60.0, "h": 3600.0, "d": SECONDS_PER_DAY}


def seconds(text):
    number, unit = text.split()
    return float(number) * SECONDS[unit]


def law(cooling):
    """The share of first demand left at an age in seconds, as the scenario states it."""
    if cooling["model"] == "exponential":
        tau = seconds(cooling["tau"])
        return lambda age: math.exp(-age / tau)
    exponent, scale = cooling["exponent"], seconds(cooling["scale"])
    return lambda age: (1 + age / scale) ** -exponent


def draw(comparison):
    figure, axes = plt.subplots(figsize=(9.5, 6))
    for index, variant in enumerate(comparison.variants):
        table = variant.table("timeseries.csv")
        step = table["time_s"][1] - table["time_s"][0]
        # Each value is the mean over its epoch: of the age at its middle.
        ages = [t + step / 2 for t in table["time_s"]]
        scenario = json.loads((variant.folder / "scenario.json").read_text(encoding="utf-8"))
        left = law(scenario["tenants"][0]["cooling"])
        load = table["load_read_bytes_per_s"]
        unit = left(ages[-1]) / load[-1] if load[-1] > 0 else 0
        color = plotting.COLOURS[index]
        axes.plot([a / SECONDS_PER_DAY for a in ages], [left(a) for a in ages], color=color,
                  linewidth=1, alpha=0.6)
        shown = sorted({round(1.35**k) for k in range(40) if 1.35**k < len(ages)})
        axes.plot([ages[i] / SECONDS_PER_DAY for i in shown], [load[i] * unit for i in shown], "o",
                  color=color, markersize=4.5, label=variant.name)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_ylim(1e-4, 1.5)
    axes.set_xlabel("age of the data, days")
    axes.set_ylabel("demand / demand on new data")
    axes.set_title("Heat against age: the tail of a power law outlives an exponential")
    axes.grid(True, which="major", alpha=0.4)
    axes.legend(title="runs (points) and laws (lines)")
    figure.tight_layout()
    return figure


if __name__ == "__main__":
    plotting.main(draw, "age.png", __doc__)
