#!/usr/bin/python3
"""How far apart drives and racks of fleets of ledgers are in heat: runs side by side."""

import plotting
from plotting import plt


def daily(days, values):
    """Means over whole days: what the hours of the day do is not the question."""
    sums = {}
    for day, value in zip(days, values):
        sums.setdefault(int(day), []).append(value)
    return list(sums), [sum(of) / len(of) for of in sums.values()]


def draw(runs):
    figure, (spread, heat, moves) = plt.subplots(
        3, 1, figsize=(9.5, 8.6), sharex=True, height_ratios=[2, 1.3, 1])
    for number, run in enumerate(runs):
        table = run.table("timeseries.csv")
        if "heat_cov" not in table:
            plotting.fail(f"{run.folder}: not a fleet of ledgers (run.form)")
        days = [t / plotting.SECONDS_PER_DAY for t in table["time_s"]]
        colour = plotting.COLOURS[number % len(plotting.COLOURS)]
        of_demand = [cov * mean / (mean - directed) if mean > directed else float("nan")
                     for cov, mean, directed in zip(table["heat_cov"], table["heat_mean"],
                                                    table["directed_heat_mean"])]
        spread.plot(*daily(days, of_demand), color=colour, linewidth=1.6, label=run.name)
        heat.plot(*daily(days, table["heat_mean"]), color=colour, linewidth=1.4)
        heat.plot(*daily(days, table["heat_max"]), color=colour, linewidth=1, linestyle=":")
        moves.plot(*daily(days, table["directed_heat_mean"]), color=colour, linewidth=1.2)
    spread.set_title("coefficient of variation over drives of what clients ask of them")
    spread.set_ylim(bottom=0)
    heat.set_title("heat: mean, and hottest drive (dotted)")
    heat.set_ylim(bottom=0)
    moves.set_title("of it, repair, moves and first writes (mean)")
    moves.set_ylim(bottom=0)
    moves.set_xlabel("time, days")
    handles, labels = spread.get_legend_handles_labels()
    figure.suptitle("How far drives drift apart, and what holds them together", fontsize=12.5)
    figure.tight_layout(rect=(0, 0.05, 1, 1))
    figure.legend(handles, labels, loc="lower center", ncols=min(5, len(labels)))
    return figure


if __name__ == "__main__":
    plotting.main_of_runs(draw, "spread.png", __doc__)
