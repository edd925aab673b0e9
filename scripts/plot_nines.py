#!/usr/bin/python3
"""Durability of each redundancy scheme in nines, beside what it costs in bytes."""

import math

import plotting
from matplotlib.ticker import MaxNLocator
from plotting import plt

TARGET = 11


def power_of_ten(probability):
    if probability == 0:
        return "0"
    exponent = math.floor(math.log10(probability))
    return rf"${probability / 10**exponent:.1f}\times10^{{{exponent}}}$"


def interval(variant):
    """Nines at the two ends of the loss probability's interval; None without one."""
    low = variant.metric("durability.ci_low")
    high = variant.metric("durability.ci_high")
    if not low or not high:
        return None
    return -math.log10(high), -math.log10(low)


def describe(values, variant):
    """What stands beside a bar: nines, loss probability, overhead."""
    if max(values) - min(values) < 0.05:
        text = f"{min(values):.1f} nines"
    else:
        text = f"{min(values):.1f} – {max(values):.1f} nines"
    loss = variant.metric("durability.annual_loss_probability")
    if loss is not None:
        text += f"\n{power_of_ten(loss)} chance of loss a year"
    overhead = variant.metric("cost.overhead")
    if overhead is not None:
        text += f"\n{overhead:.3g} bytes stored per byte"
    return text


def draw_scheme(axes, comparison, row, scheme):
    """Draws one row; returns the greatest number of nines in it."""
    variants = [v for v in comparison.of_scheme(scheme) if v.metric("durability.nines") is not None]
    if not variants:
        axes.annotate("no durability figure", (0.2, row), va="center", fontsize=9, color="#555555")
        return 0
    values = [variant.metric("durability.nines") for variant in variants]
    axes.barh(row, max(values), height=0.56, color="#E6E6E6", zorder=1)
    # Placements that agree stand in one column; a spread shows as dots apart.
    for index, variant in enumerate(variants):
        offset = 0.0 if len(variants) == 1 else 0.40 * (index / (len(variants) - 1) - 0.5)
        colour = comparison.colour(variant.placement)
        ends = interval(variant)
        if ends:
            axes.plot(ends, [row + offset] * 2, color=colour, zorder=2)
        axes.plot(variant.metric("durability.nines"), row + offset, linestyle="none", zorder=3,
                  marker=comparison.marker(variant.placement), markersize=6, color=colour)
    axes.annotate(describe(values, variants[0]), (max(values), row), xytext=(12, 0),
                  textcoords="offset points", va="center", fontsize=9,
                  bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5})
    return max(values)


def draw(comparison):
    rows = len(comparison.schemes)
    height = 1.9 + 0.95 * rows
    figure, axes = plt.subplots(figsize=(8.5, height))
    most = [draw_scheme(axes, comparison, row, scheme)
            for row, scheme in enumerate(comparison.schemes)]
    axes.axvline(TARGET, color="#D55E00", linewidth=1.0, linestyle="--", zorder=1.5)
    axes.annotate("eleven nines", (TARGET, 1.0), xycoords=("data", "axes fraction"), xytext=(0, 3),
                  textcoords="offset points", ha="center", fontsize=8.5, color="#D55E00")
    axes.set_yticks(range(rows), [scheme or "all variants" for scheme in comparison.schemes])
    axes.set_ylim(rows - 0.5, -0.5)
    axes.set_xlim(0, 1.36 * max(most + [TARGET]))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5]))
    axes.grid(axis="y", visible=False)
    axes.set_xlabel("nines of annual durability of one extent, −log₁₀ P(loss in a year)")
    axes.set_title("Durability: random failures alone, by redundancy scheme", fontsize=12.5,
                   fontweight="normal", pad=20)
    for placement in comparison.placements:
        axes.plot([], [], linestyle="none", marker=comparison.marker(placement),
                  color=comparison.colour(placement), label=placement)
    figure.tight_layout(rect=(0, 0.28 / height, 1, 1))
    figure.legend(*axes.get_legend_handles_labels(), loc="lower center",
                  ncols=len(comparison.placements))
    return figure


if __name__ == "__main__":
    plotting.main(draw, "nines.png", __doc__)
