#!/usr/bin/python3
"""The fleet's load and its racks' heat against time, with what happened marked."""

import math

import plotting
from plotting import plt

BYTE_UNITS = [(1e12, "TB/s"), (1e9, "GB/s"), (1e6, "MB/s"), (1e3, "kB/s"), (1.0, "B/s")]
ALARM = "#D55E00"
LABELS = {
    "zone_down": "{} down",
    "zone_lost": "{} lost",
    "rack_lost": "{} lost",
    "rack_landing": "racks land",
    "target_reached": "filled",
    "rack_drain": "racks begin to drain",
    "drained": "empty",
    "re_encoding": "re-encoding begins",
    "re_encoded": "all old data re-encoded",
    "full_protection": "fully protected",
}
# More marks than this cannot be told apart: the lines stay, the words go.
MOST_LABELS = 12


def draw_load(axes, table, days):
    reads, writes = table["load_read_bytes_per_s"], table["load_write_bytes_per_s"]
    top = max(max(reads), max(writes))
    scale, unit = next(((s, u) for s, u in BYTE_UNITS if top >= s), BYTE_UNITS[-1])
    axes.plot(days, [value / scale for value in reads], color="#333333", linewidth=1.0,
              label="reads")
    axes.plot(days, [value / scale for value in writes], color="#56B4E9", linewidth=1.0,
              linestyle="--", label="writes")
    axes.set_ylabel(unit)
    axes.set_ylim(bottom=0)
    axes.set_title("fleet load")
    axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=2, borderpad=0)


def draw_racks(axes, table):
    days = [t / plotting.SECONDS_PER_DAY for t in table["time_s"]]
    racks = {name: heat for name, heat in table.items() if name != "time_s"}
    # A rack that is not there, or down, has no heat: one that lands has none at first.
    landed = {name: heat for name, heat in racks.items()
              if math.isnan(heat[0]) and not all(math.isnan(value) for value in heat)}
    first = [heat for name, heat in racks.items() if name not in landed]
    by_epoch = [[heat for heat in heats if not math.isnan(heat)] or [math.nan]
                for heats in zip(*first)]
    axes.fill_between(days, [min(heats) for heats in by_epoch], [max(heats) for heats in by_epoch],
                      color="#0072B2", alpha=0.25, linewidth=0, label="coolest to hottest rack")
    axes.plot(days, [sum(heats) / len(heats) for heats in by_epoch], color="#0072B2",
              linewidth=1.0, label="mean rack")
    for number, heat in enumerate(landed.values()):
        axes.plot(days, heat, color="#E69F00", linewidth=0.8, alpha=0.8,
                  label="landed racks" if number == 0 else None)
    axes.axhline(1.0, color=ALARM, linewidth=0.8)
    axes.annotate("always\nbusy", (1.0, 1.0), xycoords=("axes fraction", "data"), xytext=(4, 0),
                  textcoords="offset points", va="center", fontsize=8, color=ALARM)
    axes.set_ylim(bottom=0)
    axes.set_ylabel("heat (disk s / s)")
    axes.set_title("racks")
    axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=3, borderpad=0)


def shade_outages(panels, events, end):
    for event in events:
        if event.name not in ("zone_down", "rack_down"):
            continue
        up = next((e.day for e in events if e.domain == event.domain and e.day > event.day
                   and e.name == event.name.replace("down", "up")), end)
        for axes in panels:
            axes.axvspan(event.day, up, color="#BBBBBB", alpha=0.4, linewidth=0)


def mark_events(panels, events):
    marked = [event for event in events if event.name in LABELS]
    for event in marked:
        for axes in panels:
            axes.axvline(event.day, color="#777777", linewidth=0.8, linestyle=":")
    if len(marked) > MOST_LABELS:
        return
    # Words stand upright beside their line; those of one day share it.
    words = {}
    for event in marked:
        words.setdefault(round(event.day, 3), []).append(LABELS[event.name].format(event.domain))
    for day, texts in words.items():
        panels[0].annotate(", ".join(plotting.unique(texts)), (day, 0.97),
                           xycoords=("data", "axes fraction"), xytext=(-3, 0), rotation=90,
                           textcoords="offset points", ha="right", va="top", fontsize=8,
                           color="#222222",
                           bbox={"facecolor": "white", "alpha": 0.85, "linewidth": 0, "pad": 1})


def draw(runs):
    if len(runs) != 1:
        plotting.fail("one folder at a time")
    run = runs[0]
    table = run.table("timeseries.csv")
    days = [t / plotting.SECONDS_PER_DAY for t in table["time_s"]]
    figure, panels = plt.subplots(2, 1, figsize=(9.5, 6.2), sharex=True)
    draw_load(panels[0], table, days)
    draw_racks(panels[1], run.table("racks.csv"))
    shade_outages(panels, run.events(), days[-1])
    mark_events(panels, run.events())
    panels[-1].set_xlim(0, days[-1] or 1)
    panels[-1].set_xlabel("time, days")
    figure.suptitle(f"What happened over time: {run.name}", fontsize=12.5)
    figure.tight_layout()
    return figure


if __name__ == "__main__":
    plotting.main_of_runs(draw, "timeline.png", __doc__)
