#!/usr/bin/python3
"""How old the units of drives become that a scrub has not read: runs side by side."""

import plotting
from plotting import plt

# The columns of timeseries.csv, from the top line down.
AGES = [
    ("scrub_age_p100_s", "the oldest", "-", 1.8),
    ("scrub_age_p99_99_s", "99.99 %", "--", 1.2),
    ("scrub_age_mean_s", "mean", ":", 1.2),
]


def draw(runs):
    figure, (ages, errors) = plt.subplots(
        2, 1, figsize=(9.5, 7.2), sharex=True, height_ratios=[2.2, 1])
    for number, run in enumerate(runs):
        table = run.table("timeseries.csv")
        if AGES[0][0] not in table:
            plotting.fail(f"{run.folder}: drives are not scrubbed in this run")
        days = [t / plotting.SECONDS_PER_DAY for t in table["time_s"]]
        colour = plotting.COLOURS[number % len(plotting.COLOURS)]
        for column, _, style, width in AGES:
            values = [age / plotting.SECONDS_PER_DAY for age in table[column]]
            ages.plot(days, values, color=colour, linestyle=style, linewidth=width)
        errors.plot(days, table["latent_errors_mean"], color=colour, linewidth=1.2, label=run.name)
        for event in run.events():
            if event.name == "scrub_stuck":
                ages.axvline(event.day, color="#777777", linewidth=0.8, linestyle=":")
    ages.set_title("time since a unit was last read")
    ages.set_ylabel("days")
    ages.set_yscale("log")
    ages.yaxis.set_major_formatter("{x:g}")
    for _, name, style, width in AGES:
        ages.plot([], [], color="#444444", linestyle=style, linewidth=width, label=name)
    ages.legend(loc="lower right", bbox_to_anchor=(1, 0.99), ncols=len(AGES))
    errors.set_title("latent errors on a drive")
    errors.set_ylabel("mean")
    errors.set_ylim(bottom=0)
    errors.set_xlabel("time, days")
    figure.suptitle("Scrub: averages show no drive that is stuck, the oldest unit does",
                    fontsize=12.5)
    handles, labels = errors.get_legend_handles_labels()
    figure.tight_layout(rect=(0, 0.05, 1, 1))
    figure.legend(handles, labels, loc="lower center", ncols=min(4, len(labels)))
    return figure


if __name__ == "__main__":
    plotting.main_of_runs(draw, "scrub.png", __doc__)
