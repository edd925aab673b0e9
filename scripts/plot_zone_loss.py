#!/usr/bin/python3
"""What a zone that goes down, or is lost, does to data and heat: runs side by side."""

import plotting
from plotting import plt

ALARM = "#D55E00"
BEFORE = 1.0  # days shown
LEAST = 2.0


def first_zone_event(run):
    """The first loss; where no zone is lost, the first that goes down."""
    for name in ("zone_lost", "zone_down"):
        for event in run.events():
            if event.name == name:
                return event
    plotting.fail(f"{run.folder}: no zone goes down or is lost in this run")


def end_of(run, event, last_day):
    """A day after all is as before; the run's end where that does not come."""
    closing = {"zone_down": "zone_up", "zone_lost": "full_protection"}[event.name]
    for other in run.events():
        if other.name == closing and other.day > event.day:
            return min(last_day, max(other.day + 1, event.day + LEAST))
    return last_day


def draw_extents(axes, days, values, label, colour, style):
    axes.plot(days, values, color=colour, linestyle=style, linewidth=1.2, label=label)
    axes.set_ylabel("extents")


def draw(runs):
    figure, panels = plt.subplots(4, 1, figsize=(9.5, 9.4), sharex=True)
    start, end = [], []
    for number, run in enumerate(runs):
        event = first_zone_event(run)
        table = run.table("timeseries.csv")
        days = [t / plotting.SECONDS_PER_DAY for t in table["time_s"]]
        colour = plotting.COLOURS[number % len(plotting.COLOURS)]
        style = plotting.LINE_STYLES[number % len(plotting.LINE_STYLES)]
        draw_extents(panels[0], days, table["under_protected_extents"], run.name, colour, style)
        draw_extents(panels[1], days, table["exposed_extents"], run.name, colour, style)
        draw_extents(panels[2], days, table["unreadable_extents"], run.name, colour, style)
        panels[3].plot(days, table["heat_mean"], color=colour, linestyle=style, linewidth=1.2)
        panels[3].fill_between(days, table["directed_heat_mean"], color=colour, alpha=0.3,
                               linewidth=0)
        start.append(event.day)
        end.append(end_of(run, event, days[-1]))
        for axes in panels:
            axes.axvline(event.day, color="#777777", linewidth=0.8, linestyle=":")
    for axes in panels[:3]:
        axes.set_ylim(0, max(1.0, axes.get_ylim()[1]))  # a count: no finer than one
    panels[0].set_title("extents that lack shards")
    panels[1].set_title("of these, extents without a shard to spare")
    panels[2].set_title("extents that cannot be read")
    panels[3].set_title("mean heat of a drive (filled: repair, moves and first writes)")
    panels[3].set_ylabel("heat (disk s / s)")
    panels[3].set_ylim(bottom=0)
    panels[3].axhline(1.0, color=ALARM, linewidth=0.8)
    panels[-1].set_xlim(max(0, min(start) - BEFORE), max(end))
    panels[-1].set_xlabel("time, days")
    figure.suptitle("A zone's loss: what data lacks, and what repair costs", fontsize=12.5)
    handles, labels = panels[0].get_legend_handles_labels()
    figure.tight_layout(rect=(0, 0.04, 1, 1))
    figure.legend(handles, labels, loc="lower center", ncols=len(labels))
    return figure


if __name__ == "__main__":
    plotting.main_of_runs(draw, "zone_loss.png", __doc__)
