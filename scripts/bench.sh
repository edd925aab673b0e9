#!/usr/bin/env bash
# Builds and runs benchmarks, prints one table, and writes it as JSON.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
cd "$root"

usage() {
  cat <<'TEXT'
Usage: scripts/bench.sh GROUP [options]

Builds the programs of bench/GROUP in release mode, runs them one after the other, and prints a row
for every benchmark: what it costs, the bytes it needs for each pending event where it says so, and
how many times faster it is than the best peer that does the same work in the same run.

Groups
  kernel      event queue, engine, parallel windows, random draws; peers: ns-3, SimGrid, SimPy
  placement   placing shards: balls into bins up to 2e7 drives, and policies that keep a map; peer:
              Ceph's crushtool
  flow        sweeping heat over epochs
  drive       requests served by one mechanical drive, and by a fleet of them
  tenant      what a million tenants ask hour by hour, and exact arrivals of requests
  trace       lines of traces of requests, read and summed up
  durability  years of a fleet's failures and rebuilds, and what eleven nines take
  fleet       fleets of ledgers with everything on, up to 5e7 drives; a month of 3e7 takes minutes
  all         each of them

Options
  --quick            leave out benchmarks with ten million pending events, or drives, and more
  --repetitions N    take the median of N runs (default 3)
  --filter REGEX     only benchmarks whose name matches, of ours and of the peers (names may go on
                     after the number of events, as in dispatch/1000/iterations:100)
  --no-peers         leave the peers out
  --no-setup         install nothing; a peer that is not there is left out
  --json FILE        where to write the rows (default build/bench/GROUP.json)

Units: ns is processor time an operation, s that of the whole; events/s, reads/s, arrivals/s,
lines/s, shards/s, objects/s and drive-years/s are processor time too, for phold and fleet wall-clock time;
"x real time" is simulated time over wall-clock time.
A machine that does other work at the same time gives other figures: the first lines say how busy it
was. At 5e7 pending events the kernel needs some 2 GiB of memory, ns-3 at 2e7 as much.

Examples
  scripts/bench.sh kernel --quick
  scripts/bench.sh kernel --filter 'hold/|dispatch/' --repetitions 5
TEXT
}

fail() {
  echo "bench.sh: $1 — see scripts/bench.sh --help" >&2
  exit 2
}

groups=()
repetitions=3
filter=
peers=yes
setup=yes
json=
while [ $# -gt 0 ]; do
  case "$1" in
    -h | --help) usage; exit 0 ;;
    --quick) filter='-/[0-9]{8,}|^30m' ;;
    --no-peers) peers=no ;;
    --no-setup) setup=no ;;
    --repetitions | --filter | --json)
      [ $# -ge 2 ] || fail "$1: needs a value"
      case "$1" in
        --repetitions) repetitions=$2 ;;
        --filter) filter=$2 ;;
        --json) json=$2 ;;
      esac
      shift
      ;;
    kernel | placement | flow | drive | tenant | trace | durability | fleet) groups+=("$1") ;;
    all) groups+=(kernel placement flow drive tenant trace durability fleet) ;;
    *) fail "$1: unknown group or option" ;;
  esac
  shift
done
[ ${#groups[@]} -gt 0 ] || fail "no group given (kernel, placement, flow, drive, tenant, trace, durability, fleet, all)"
[[ $repetitions =~ ^[1-9][0-9]*$ ]] || fail "--repetitions $repetitions: not a number above 0"
[ -z "$json" ] || [ ${#groups[@]} -eq 1 ] || fail "--json: one file holds one group"

if [ "$setup" = yes ]; then scripts/setup.sh build bench; fi
configure release -DSPINDLE_BENCH=ON >/dev/null

# Usage: run NAME COMMAND…; the program's JSON goes to $results/NAME.json.
run() {
  local name=$1
  shift
  echo "running $name" >&2
  "$@" --benchmark_repetitions="$repetitions" --benchmark_report_aggregates_only=true \
    --benchmark_filter="${filter:-.}" --benchmark_out="$results/$name.json" \
    --benchmark_out_format=json >/dev/null 2>"$results/$name.log" ||
    { cat "$results/$name.log" >&2; echo "bench.sh: $name failed" >&2; exit 1; }
}

# Usage: run_peers NAME…; those that are installed.
run_peers() {
  cmake --build build/release --target bench/peers/all >/dev/null
  local name program
  for name in "$@"; do
    program=build/release/bench/peers/peer_$name
    if [ -x "$program" ]; then run "peer_$name" "$program"; fi
  done
}

run_simpy() {
  if "$python" -c 'import simpy; simpy.Environment' 2>/dev/null; then
    echo "running peer_simpy" >&2
    "$python" bench/peers/simpy_peer.py "$repetitions" "${filter:-.}" \
      >"$results/peer_simpy.json"
  fi
}

for group in "${groups[@]}"; do
  results=build/bench/$group
  rm -rf "$results"
  mkdir -p "$results"
  targets=()
  for source in bench/"$group"/*.cpp; do
    targets+=("bench_${group}_$(basename "$source" .cpp)")
  done
  cmake --build build/release --target "${targets[@]}" >/dev/null
  for target in "${targets[@]}"; do run "$target" "build/release/bench/$target"; done
  if [ "$peers" = yes ]; then
    case "$group" in
      kernel)
        run_peers ns3 simgrid
        run_simpy
        ;;
      placement) run_peers crushtool ;;
    esac
  fi
  "$python" scripts/bench_table.py "$group" "$results" "${json:-build/bench/$group.json}"
done
