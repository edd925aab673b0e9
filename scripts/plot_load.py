#!/usr/bin/python3
"""The fleet's load against time, and what it does to the hottest drive under each placement."""

import plotting
from plotting import plt

SECONDS_PER_DAY = 86400.0
BYTE_UNITS = [(1e12, "TB/s"), (1e9, "GB/s"), (1e6, "MB/s"), (1e3, "kB/s"), (1.0, "B/s")]


def days_of(table):
    return [t / SECONDS_PER_DAY for t in table["time_s"]]


def draw_load(axes, table):
    reads, writes = table["load_read_bytes_per_s"], table["load_write_bytes_per_s"]
    top = max(max(reads), max(writes))
    scale, unit = next(((s, u) for s, u in BYTE_UNITS if top >= s), BYTE_UNITS[-1])
    axes.plot(days_of(table), [value / scale for value in reads], color="#333333", linewidth=1.1,
              label="reads")
    if max(writes) > 0:
        axes.plot(days_of(table), [value / scale for value in writes], color="#56B4E9",
                  linewidth=1.1, linestyle="--", label="writes")
    axes.set_ylabel(unit)
    axes.set_ylim(bottom=0)
    mean = sum(reads) / len(reads)
    axes.set_title(f"fleet load (reads: peak / mean {max(reads) / mean:.2f})" if mean > 0 else
                   "fleet load")
    axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=2, borderpad=0)


def draw_heat(axes, comparison, scheme):
    for variant in comparison.of_scheme(scheme):
        table = variant.table("timeseries.csv")
        axes.plot(days_of(table), table["heat_max"], color=comparison.colour(variant.placement),
                  linewidth=1.0, label=variant.placement)
    # One mean for all placements: they serve the same requests.
    axes.plot(days_of(table), table["heat_mean"], color="#333333", linewidth=1.0, linestyle=":",
              label="mean drive")
    axes.axhline(1.0, color="#D55E00", linewidth=0.8)
    axes.set_yscale("log")
    axes.set_ylabel("heat (disk s / s)")
    axes.set_title(f"hottest drive, {scheme}" if scheme else "hottest drive")


def draw(comparison):
    rows = 1 + len(comparison.schemes)
    figure, panels = plt.subplots(rows, 1, figsize=(9.5, 1.1 + 2.2 * rows), sharex=True)
    first = comparison.variants[0].table("timeseries.csv")
    draw_load(panels[0], first)
    for axes, scheme in zip(panels[1:], comparison.schemes):
        draw_heat(axes, comparison, scheme)
    low = min(axes.get_ylim()[0] for axes in panels[1:])
    high = max(axes.get_ylim()[1] for axes in panels[1:])
    for axes in panels[1:]:
        axes.set_ylim(low, high)
        axes.annotate("always\nbusy", (1.0, 1.0), xycoords=("axes fraction", "data"),
                      xytext=(4, 0), textcoords="offset points", va="center", fontsize=8,
                      color="#D55E00")
    panels[-1].set_xlim(0, days_of(first)[-1] or 1)
    panels[-1].set_xlabel("time, days")
    handles, labels = panels[1].get_legend_handles_labels()
    figure.suptitle("Load: what the tenants ask, and what the hottest drive sees", fontsize=12.5)
    figure.tight_layout(rect=(0, 0.12 / rows, 1, 1))
    legend = figure.legend(handles, labels, loc="lower center", ncols=len(labels))
    for line in legend.get_lines():
        line.set_linewidth(2.0)
    return figure


if __name__ == "__main__":
    plotting.main(draw, "load.png", __doc__)
