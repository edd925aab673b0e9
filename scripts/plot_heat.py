#!/usr/bin/python3
"""How hot the drives run: share of drive-epochs above each heat, one panel a redundancy scheme."""

import plotting
from plotting import plt

HOT = 0.8  # the threshold of heat.hot_share


def exceedance(table):
    """(heat, share of drive-epochs at or above it): exact at the bins' edges."""
    total = left = sum(table["drive_epochs"])
    heat, share = [], []
    for low, high, count in zip(table["heat_low"], table["heat_high"], table["drive_epochs"]):
        if count == 0:
            continue
        heat += [low, high]
        # The last bin ends level: nothing lies above it, and a log axis has no zero.
        share += [left / total, (left - count if left > count else left) / total]
        left -= count
    return heat, share


def draw_scheme(axes, comparison, scheme):
    """Draws one panel; returns the greatest heat and the smallest share in it."""
    hottest, rarest = 1.0, 1.0
    for variant in comparison.of_scheme(scheme):
        heat, share = exceedance(variant.table("heat_histogram.csv"))
        axes.plot(heat, share, color=comparison.colour(variant.placement), linewidth=1.8,
                  label=variant.placement, markersize=5,
                  marker=comparison.marker(variant.placement), markevery=[len(heat) - 1])
        hottest, rarest = max(hottest, heat[-1]), min(rarest, share[-1])
    axes.axvspan(HOT, 1.0, color="#F0E442", alpha=0.25, linewidth=0)
    axes.axvspan(1.0, 1e6, color="#D55E00", alpha=0.13, linewidth=0)
    axes.set_title(scheme)
    axes.set_xlabel("heat of a drive (offered disk time per second)")
    return hottest, rarest


def draw(comparison):
    columns = len(comparison.schemes)
    figure, panels = plt.subplots(1, columns, figsize=(1.2 + 4.3 * columns, 4.6), sharex=True,
                                  sharey=True, squeeze=False)
    ranges = [draw_scheme(axes, comparison, scheme)
              for axes, scheme in zip(panels[0], comparison.schemes)]
    hottest = max(heat for heat, _ in ranges)
    for axes in panels[0]:
        axes.set_yscale("log")
        axes.set_ylim(min(share for _, share in ranges) / 2, 1.6)
        if hottest > 4:
            axes.set_xscale("log")
            axes.set_xlim(0.02, hottest * 1.3)
        else:
            axes.set_xlim(0, hottest * 1.06)
        for x, text in ((HOT, "hot"), (1.0, "meltdown")):
            axes.annotate(text, (x, 1.0), xycoords=("data", "axes fraction"), xytext=(3, -4),
                          textcoords="offset points", rotation=90, va="top", fontsize=8,
                          color="#555555")
    panels[0, 0].set_ylabel("share of drive-epochs at or above this heat")
    handles, labels = panels[0, 0].get_legend_handles_labels()
    figure.suptitle("Heat: what each placement makes of the same tenants", fontsize=12.5)
    figure.tight_layout(rect=(0, 0.07, 1, 1))
    figure.legend(handles, labels, loc="lower center", ncols=len(labels))
    return figure


if __name__ == "__main__":
    plotting.main(draw, "heat.png", __doc__)
