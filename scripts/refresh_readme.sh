#!/usr/bin/env bash
# Re-makes what README.md shows: the comparison table and the figures in results/gallery.
# Usage: scripts/refresh_readme.sh        (needs what scripts/demo.sh needs)
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
cd "$root"

configure release >/dev/null
cmake --build build/release --target spindle
table=$(mktemp)
trap 'rm -f "$table"' EXIT
build/release/spindle compare scenarios/comparison.json --out results/comparison >"$table"

mkdir -p results/gallery
for figure in fill heat load nines; do
  "$python" "scripts/plot_$figure.py" results/comparison -o "results/gallery/$figure.png"
done

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
echo "README.md and results/gallery are as measured"
