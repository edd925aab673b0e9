#!/usr/bin/env bash
# Re-makes what README.md shows, the comparison's table and the figures in results/gallery, and the
# baseline results/baseline/comparison.json.
# Usage: scripts/refresh_readme.sh        (needs what scripts/demo.sh needs)
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
cd "$root"

configure release >/dev/null
cmake --build build/release --target spindle
table=$(mktemp)
trap 'rm -f "$table"' EXIT
build/release/spindle compare scenarios/comparison.json --out results/comparison >"$table"
build/release/spindle compare scenarios/rack-landing.json --out results/rack-landing >/dev/null
build/release/spindle compare scenarios/zone-loss.json --out results/zone-loss >/dev/null
build/release/spindle compare scenarios/scrub.json --out results/scrub >/dev/null

build/release/spindle compare scenarios/peak-to-mean.json --out results/peak-to-mean >/dev/null
build/release/spindle compare scenarios/smoothing.json --out results/smoothing >/dev/null
build/release/spindle compare scenarios/heat-against-age.json --out results/heat-against-age >/dev/null
build/release/spindle compare scenarios/placement-graph.json --out results/placement-graph >/dev/null

mkdir -p results/gallery results/baseline
cp results/comparison/compare.json results/baseline/comparison.json
for figure in fill heat load nines; do
  "$python" "scripts/plot_$figure.py" results/comparison -o "results/gallery/$figure.png"
done
"$python" scripts/plot_fill.py results/placement-graph -o results/gallery/policies.png
"$python" scripts/plot_timeline.py "results/comparison/random-5+4" -o results/gallery/timeline.png
"$python" scripts/plot_timeline.py results/rack-landing/new-data-first -o results/gallery/landing.png
"$python" scripts/plot_zone_loss.py results/zone-loss/5+4-wait-for-a-new-zone \
  results/zone-loss/5+4-{rebuild-in-two-zones,up-to-5-in-a-zone} -o results/gallery/zone_loss.png
"$python" scripts/plot_scrub.py results/scrub/{in-order,at-random,half-the-rate,one-drive-is-stuck} \
  -o results/gallery/scrub.png
"$python" scripts/plot_peak_to_mean.py results/peak-to-mean -o results/gallery/peak_to_mean.png
"$python" scripts/plot_smoothing.py results/smoothing -o results/gallery/smoothing.png
"$python" scripts/plot_repair_time.py -o results/gallery/repair_time.png
"$python" scripts/plot_age.py results/heat-against-age -o results/gallery/age.png

"$python" - README.md "$table" <<'PY'
import re
import sys

readme, table = sys.argv[1:]
rows = open(table, encoding="utf-8").read().split("\n\nHow to read it")[0].rstrip()
text = open(readme, encoding="utf-8").read()
block = f"<!-- begin comparison -->\n```text\n{rows}\n```\n<!-- end comparison -->"
text = re.sub(r"<!-- begin comparison -->.*<!-- end comparison -->", lambda _: block, text, flags=re.S)
open(readme, "w", encoding="utf-8").write(text)
PY
echo "README.md, results/gallery and results/baseline are as measured"
