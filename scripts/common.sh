# shellcheck shell=bash disable=SC2034
# Sourced by the other scripts: where things are, and how they are built.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export LC_ALL=C.UTF-8
# Debian's python has Debian's modules; another one may come first in PATH.
python=/usr/bin/python3
[ -x "$python" ] || python=python3

launcher=()
if command -v ccache >/dev/null; then launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache); fi

# Usage: configure PRESET [cmake options]; build directory build/PRESET.
configure() {
  local preset=$1
  shift
  cmake --preset "$preset" "${launcher[@]}" "$@"
}
