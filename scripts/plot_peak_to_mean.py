#!/usr/bin/python3
"""Peak to mean of N tenants against N, measured and in theory: equal, heavy-tailed, correlated."""

import math

import numpy as np
import plotting
from plotting import plt

DUTY = 1 / 24
CORRELATION = 0.01
SHARE = 0.9999
Z = 3.719016485455709  # quantile of the normal distribution at that share
ODDS = (1 - DUTY) / DUTY


def binomial_quantile(count):
    """Smallest k with P(Bin(count, DUTY) <= k) >= SHARE."""
    log_p = count * math.log1p(-DUTY)
    k, total = 0, math.exp(log_p)
    while total < SHARE:
        log_p += math.log((count - k) * DUTY / ((k + 1) * (1 - DUTY)))
        k += 1
        total += math.exp(log_p)
    return k


def equal(count):
    if count > 10_000:  # where exp() of the first probability vanishes, the normal form holds
        return 1 + Z * math.sqrt(ODDS / count)
    return binomial_quantile(count) / (count * DUTY)


def heavy_tailed(count):
    """Exact law of the sum of w = 1, 1/2, ... 1/N, on a grid of 4,000 steps of all."""
    steps = 4000
    weights = 1 / np.arange(1, count + 1)
    law = np.zeros(steps + 2)
    law[0] = 1
    for size in weights * steps / weights.sum():
        # A size between two steps is either, in the proportion that keeps the mean.
        low, part = int(size), size - int(size)
        on = np.zeros_like(law)
        on[low:] += (1 - part) * law[: len(law) - low]
        on[low + 1:] += part * law[: len(law) - low - 1]
        law = (1 - DUTY) * law + DUTY * on
    return float(np.searchsorted(np.cumsum(law), SHARE)) / (steps * DUTY)


def correlated(count):
    """The normal form of a mean of tenants that are correlated pair by pair."""
    return 1 + Z * math.sqrt(ODDS * (1 + (count - 1) * CORRELATION) / count)


# Curve: its theory, from how many tenants on, and what that is.
CURVES = {
    "equal": (equal, 1, "exact binomial quantile"),
    "heavy-tailed": (heavy_tailed, 10, "exact, sizes 1, 1/2, 1/3, …"),
    "correlated": (correlated, 100, r"normal form, $\rho$ = .01 (for many)"),
}


def counts_from(first, last):
    """Whole numbers, 12 a decade."""
    steps = range(round(12 * math.log10(last / first)) + 1)
    return plotting.unique(round(first * 10 ** (step / 12)) for step in steps)


def draw(comparison):
    figure, axes = plt.subplots(figsize=(8.2, 5.4))
    most = 1
    for curve in comparison.placements:
        if curve not in CURVES:
            plotting.fail(f"variant '{curve}, …': not a curve of this figure ({', '.join(CURVES)})")
        points = sorted((int(v.scheme), v.metric("heat.load_q9999_to_mean"))
                        for v in comparison.of_placement(curve))
        colour, marker = comparison.colour(curve), comparison.marker(curve)
        axes.plot(*zip(*points), linestyle="none", marker=marker, color=colour, label=f"{curve}, measured")
        theory, first, meaning = CURVES[curve]
        counts = counts_from(first, points[-1][0])
        axes.plot(counts, [theory(count) for count in counts], color=colour, linewidth=1.0,
                  label=meaning)
        most = max(most, points[-1][0])
    floor = 1 + Z * math.sqrt(CORRELATION * ODDS)
    axes.axhline(floor, color="#777777", linewidth=0.8, linestyle=":")
    axes.annotate(f"{floor:.2f}: floor at ρ = .01", (1, floor),
                  xytext=(0, -11), textcoords="offset points", fontsize=8.5, color="#555555")
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_ylim(1, 30)
    axes.set_xlim(0.8, most * 1.25)
    ticks = [1, 1.5, 2, 3, 5, 10, 24]
    axes.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.minorticks_off()
    axes.set_xticks([10**i for i in range(int(math.log10(most)) + 1)],
                    [f"{10**i:,}" for i in range(int(math.log10(most)) + 1)])
    axes.set_xlabel("tenants, each on in one hour of 24")
    axes.set_ylabel("0.9999 quantile of hourly load / mean")
    axes.set_title("Peak to mean: only independent tenants of similar size smooth")
    axes.legend(fontsize=8.5, ncols=1, loc="upper right")
    return figure


if __name__ == "__main__":
    plotting.main(draw, "peak_to_mean.png", __doc__)
