#!/usr/bin/env bash
# From a fresh Debian 12 to the comparison of placements and redundancy schemes, and its figures.
# Usage: scripts/demo.sh
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
cd "$root"

"$root/scripts/setup.sh" build figures

echo "demo: building (about two minutes on two cores)"
# Tests need packages that users do not: they are configured where they are run.
configure release -DSPINDLE_TESTS=OFF >/dev/null
cmake --build build/release --target spindle

readonly results=results/comparison
started=$SECONDS
table=$(build/release/spindle compare scenarios/comparison.json --out "$results")
echo "demo: the simulation took $((SECONDS - started)) s"

if "$python" -c 'import matplotlib' 2>/dev/null; then
  for figure in fill heat load nines; do
    "$python" "scripts/plot_$figure.py" "$results" || echo "demo: the figure $figure failed" >&2
  done
  "$python" scripts/plot_timeline.py "$results/random-5+4" ||
    echo "demo: the figure of the fleet over time failed" >&2
else
  echo "demo: no figures (matplotlib is not installed)"
fi
printf '\n%s\n' "$table"
