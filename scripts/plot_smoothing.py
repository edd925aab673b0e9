#!/usr/bin/python3
"""The load of one day from one tenant, ten, a thousand, a million, each over its mean."""

import plotting
from plotting import plt

SECONDS_PER_HOUR = 3600.0


def draw(comparison):
    variants = comparison.variants
    figure, panels = plt.subplots(len(variants), 1, figsize=(9.5, 1.0 + 1.55 * len(variants)),
                                  sharex=True, squeeze=False)
    for axes, variant in zip(panels[:, 0], variants):
        table = variant.table("timeseries.csv")
        hours = [t / SECONDS_PER_HOUR for t in table["time_s"]]
        load = table["load_read_bytes_per_s"]
        mean = sum(load) / len(load)
        if mean == 0:
            plotting.fail(f"{variant.folder}: no load at all — choose another seed")
        # Each value holds for its epoch.
        axes.step(hours + [2 * hours[-1] - hours[-2]], [v / mean for v in load] + [load[-1] / mean],
                  where="post", color="#0072B2", linewidth=1.1)
        axes.axhline(1, color="#777777", linewidth=0.7, linestyle=":")
        axes.set_ylim(0, max(1.35, 1.08 * max(load) / mean))
        axes.set_ylabel("load / mean")
        axes.set_title(f"{variant.name}: at most {max(load) / mean:.3g} times the day's mean",
                       fontsize=10)
    panels[-1, 0].set_xlim(0, 24)
    panels[-1, 0].set_xticks(range(0, 25, 3))
    panels[-1, 0].set_xlabel("time, hours")
    figure.suptitle("The same demand from ever more tenants, each busy for 10 minutes in 250",
                    fontsize=12.5)
    figure.tight_layout()
    return figure


if __name__ == "__main__":
    plotting.main(draw, "smoothing.png", __doc__)
