#!/usr/bin/python3
"""How full the drives are: one panel a placement, one histogram a redundancy scheme."""

import plotting
from matplotlib.ticker import PercentFormatter
from plotting import plt


def describe(variant):
    """The scheme, with the fullest and the emptiest drive against the mean."""
    over = variant.metric("capacity.skew.over")
    under = variant.metric("capacity.skew.under")
    label = variant.scheme or variant.name
    if over is not None and under is not None:
        label += f": +{100 * over:.1f} / −{100 * under:.1f} %"
    return label


def mean_fill(variant, table):
    mean = variant.metric("capacity.fill.mean")
    if mean is not None:
        return mean
    middle = [(low + high) / 2 for low, high in zip(table["fill_low"], table["fill_high"])]
    return sum(m * n for m, n in zip(middle, table["drives"])) / sum(table["drives"])


def draw_variant(axes, comparison, variant):
    """Draws one histogram; returns the range of fill that holds drives."""
    table = variant.table("fill_histogram.csv")
    widths = [high - low for low, high in zip(table["fill_low"], table["fill_high"])]
    density = [n / width for n, width in zip(table["drives"], widths)]
    peak = max(density) or 1
    heights = [value / peak for value in density]
    edges = table["fill_low"] + table["fill_high"][-1:]

    mean = mean_fill(variant, table)
    colour = comparison.colour(variant.placement)
    style = comparison.style(variant.scheme)
    opacity = 0.45 if variant.scheme == comparison.schemes[0] else 0.15
    axes.stairs(heights, edges, fill=True, color=colour, alpha=opacity)
    axes.stairs(heights, edges, color=colour, linewidth=1.4, linestyle=style,
                label=describe(variant))
    axes.axvline(mean, color="#555555", linewidth=0.8, linestyle=style)
    used = [i for i, n in enumerate(table["drives"]) if n > 0]
    return (edges[used[0]], edges[used[-1] + 1]) if used else (mean, mean)


def draw(comparison):
    rows = len(comparison.placements)
    figure, panels = plt.subplots(rows, 1, figsize=(8.5, 1.2 + 1.65 * rows), sharex=True,
                                  squeeze=False)
    low, high = 1.0, 0.0
    for axes, placement in zip(panels[:, 0], comparison.placements):
        for variant in comparison.of_placement(placement):
            first, last = draw_variant(axes, comparison, variant)
            low, high = min(low, first), max(high, last)
        axes.set_title(placement)
        axes.set_ylim(0, 1.12)
        axes.set_yticks([])
        axes.grid(axis="y", visible=False)
        axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), fontsize=8.5, borderpad=0,
                    ncols=len(comparison.schemes), handlelength=2.2, columnspacing=1.2)
    margin = 0.03 * (high - low)
    panels[-1, 0].set_xlim(low - margin, high + margin)
    panels[-1, 0].xaxis.set_major_formatter(PercentFormatter(1.0, symbol=" %"))
    panels[-1, 0].set_xlabel("fill of a drive (bytes stored / capacity); thin line: fleet mean; "
                             "+a / −b: fullest / emptiest drive against it")
    figure.supylabel("drives, each to its own peak", fontsize=10)
    figure.suptitle("Capacity skew: how evenly each placement fills the drives", fontsize=12.5)
    figure.tight_layout()
    return figure


if __name__ == "__main__":
    plotting.main(draw, "fill.png", __doc__)
