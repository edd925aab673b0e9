#!/usr/bin/python3
"""A map of racks' heat over time, zone by zone, with what happened marked."""

import numpy

import plotting
from plotting import plt



def draw_map(figure, axes, table, run_days):
    names = [name for name in table if name != "time_s"]
    heat = numpy.array([table[name] for name in names])
    colours = plt.get_cmap("cividis").copy()
    colours.set_bad("#EEEEEE")
    colours.set_over("#D55E00")
    # Above 1 a rack is offered more than it can serve: one colour for all of that.
    top = 1.0 if numpy.isnan(heat).all() else max(float(numpy.nanmax(heat)), 1e-9)
    image = axes.imshow(numpy.ma.masked_invalid(heat), aspect="auto", interpolation="nearest",
                        cmap=colours, vmin=0, vmax=min(top, 1.0),
                        extent=(0, run_days, len(names), 0))
    axes.grid(False)
    axes.set_xlabel("time, days")
    axes.set_ylabel("rack, zone after zone; those that land last in each")
    bar = figure.colorbar(image, ax=axes, pad=0.02, extend="max" if top > 1 else "neither")
    bar.set_label("mean heat of its drives (disk s / s)")


def draw(runs):
    figure, panels = plt.subplots(len(runs), 1, figsize=(9.4, 4.6 * len(runs)), squeeze=False,
                                  layout="constrained")
    for run, axes in zip(runs, panels[:, 0]):
        table = run.table("racks.csv")
        times = table["time_s"]
        step = times[1] - times[0] if len(times) > 1 else plotting.SECONDS_PER_DAY
        draw_map(figure, axes, table, (times[-1] + step) / plotting.SECONDS_PER_DAY)
        for day in plotting.unique(event.day for event in run.events()
                                   if not event.name.startswith("meltdown")):
            axes.axvline(day, color="white", linewidth=0.8, linestyle=":")
        axes.set_title(run.name)
    figure.suptitle("Heat of racks; grey: not there, down or taken away")
    return figure


if __name__ == "__main__":
    plotting.main_of_runs(draw, "racks.png", __doc__)
