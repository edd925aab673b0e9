#!/usr/bin/env bash
# Builds and runs the tests; the last line adds up: "N passed, N failed[, N skipped]".
# Usage: scripts/test.sh [--all]
#   default  release build and every test; readers, queues and what handles memory by hand again
#            under ASan + UBSan
#   --all    all unit and contract tests under ASan + UBSan; also Debug with -Werror, clang, TSan, the
#            large studies and libFuzzer
# A failing stage does not stop the ones after it. Exit code 1 if anything failed.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
cd "$root" || exit 1

all=no
case "${1-}" in
  "") ;;
  --all) all=yes ;;
  *) echo "usage: scripts/test.sh [--all]" >&2; exit 2 ;;
esac

passed=0
failed=0
skipped=0
readonly fuzz_seconds=60

say() { printf '\n== %s (%d s)\n' "$1" "$SECONDS"; }
fail() {
  failed=$((failed + 1))
  echo "FAILED: $1"
}
skip() {
  skipped=$((skipped + 1))
  echo "skipped: $1"
}

# Adds the counts of a JUnit file (ctest's or Catch2's) and checks them against the exit code, so
# that a crash before the first test is a failure too. Usage: count JUNIT EXIT_CODE NAME
count() {
  local junit=$1 code=$2 name=$3 tests=0 bad=0 not_run=0
  if [ -s "$junit" ]; then
    # A here-string and not <(…): the latter needs /proc, which a bare chroot lacks.
    read -r tests bad not_run <<<"$("$python" - "$junit" <<'PY'
import sys
import xml.etree.ElementTree as ElementTree

tests = bad = not_run = 0
for case in ElementTree.parse(sys.argv[1]).iter("testcase"):
    tests += 1
    if case.find("failure") is not None or case.find("error") is not None:
        bad += 1
    elif case.find("skipped") is not None or case.get("status") in ("notrun", "disabled"):
        not_run += 1
print(tests, bad, not_run)
PY
    )"
  fi
  # Left empty by a file that is not XML, or by a missing python.
  tests=${tests:-0} bad=${bad:-0} not_run=${not_run:-0}
  passed=$((passed + tests - bad - not_run))
  failed=$((failed + bad))
  skipped=$((skipped + not_run))
  if [ "$code" -ne 0 ] && [ "$bad" -eq 0 ]; then fail "$name (exit code $code)"; fi
  if [ "$code" -eq 0 ] && [ "$tests" -eq 0 ]; then fail "$name (no test ran)"; fi
}

# Usage: build NAME DIRECTORY [targets]
build() {
  local name=$1 directory=$2
  shift 2
  cmake --build "$directory" ${1:+--target "$@"} || { fail "$name: build"; return 1; }
}

# Usage: run_ctest NAME DIRECTORY [ctest options]
run_ctest() {
  local name=$1 directory=$2
  shift 2
  local junit="$root/$directory/junit.xml"
  rm -f "$junit"
  ctest --test-dir "$directory" --output-on-failure --output-junit "$junit" -j "$(nproc)" "$@" |
    grep -vE '^ +Start |  Passed  '
  count "$junit" "${PIPESTATUS[0]}" "$name"
}

# A whole build and all its tests. Usage: stage NAME PRESET [cmake options]
stage() {
  local name=$1 preset=$2
  shift 2
  say "$name"
  configure "$preset" -DSPINDLE_TESTS=ON "$@" >/dev/null || { fail "$name: configure"; return; }
  build "$name" "build/$preset" && run_ctest "$name" "build/$preset"
}

# The parts that read files or juggle memory, under ASan and UBSan; with --all, every unit and
# contract test.
sanitized() {
  local directory=build/asan-ubsan subset=ON targets=(test_memory test_readers)
  if [ "$all" = yes ]; then subset=OFF targets=(test_unit test_contract); fi
  say "address and undefined-behaviour sanitizers: ${targets[*]}"
  # Sanitizers read their own memory map; a chroot without /proc has none.
  if [ ! -r /proc/self/maps ]; then skip "sanitizers (no /proc here)"; return; fi
  # Compiling takes longer than the tests: -O0 halves the one and doubles the other.
  cmake -S . -B "$directory" -G Ninja "${launcher[@]}" -DCMAKE_BUILD_TYPE=RelWithDebInfo \
    -DCMAKE_CXX_FLAGS_RELWITHDEBINFO="-O0 -g1" -DSPINDLE_SANITIZE=address,undefined \
    -DSPINDLE_UNITY=ON -DSPINDLE_TESTS_OF_MEMORY=$subset >/dev/null || { fail "sanitizers: configure"; return; }
  build sanitizers "$directory" "${targets[@]}" &&
    run_ctest sanitizers "$directory" -L '^(memory|readers|unit|contract)$'
}

# Studies too long for every run carry the hidden tag [.large].
large() {
  say "large studies"
  local program name junit
  for program in build/release/tests/test_*; do
    [ -x "$program" ] || continue
    name=$(basename "$program")
    "$program" --list-tests '[large]' 2>/dev/null | grep -q '^0 ' && continue
    junit="build/release/$name-large.xml"
    RC_PARAMS=seed=1 "$program" '[large]' -r junit -o "$junit"
    count "$junit" $? "large: $name"
  done
}

fuzz() {
  say "libFuzzer, $fuzz_seconds s a target"
  configure fuzz >/dev/null || { fail "fuzz: configure"; return; }
  build fuzz build/fuzz || return
  local program name corpus
  for program in build/fuzz/fuzz/*_fuzz; do
    [ -x "$program" ] || continue
    name=$(basename "$program")
    corpus="build/fuzz/corpus/$name"
    mkdir -p "$corpus"
    local seeds=()
    if [ -d "tests/fuzz/corpus/${name%_fuzz}" ]; then seeds=("tests/fuzz/corpus/${name%_fuzz}"); fi
    if "$program" "$corpus" "${seeds[@]}" -seed=1 -max_total_time="$fuzz_seconds" -timeout=20 \
      -rss_limit_mb=2048 -artifact_prefix="build/fuzz/" >"build/fuzz/$name.log" 2>&1; then
      passed=$((passed + 1))
    else
      tail -n 40 "build/fuzz/$name.log"
      fail "fuzz: $name"
    fi
  done
}

groups=(build figures tests mpi)
# Packages of daemons, which systemd starts with them: not on a machine that somebody works on.
if [ "$all" = yes ] || [ ! -d /run/systemd/system ]; then groups+=(slurm); fi
if [ "$all" = yes ]; then groups+=(all); fi
"$root/scripts/setup.sh" "${groups[@]}" || fail "setup"

stage "release build, all tests" release
sanitized
if [ "$all" = yes ]; then
  large
  stage "Debug build, warnings are errors, all tests" dev
  stage "clang build, warnings are errors, all tests" clang
  stage "thread sanitizer, all tests" tsan
  fuzz
fi

echo
summary="$passed passed, $failed failed"
if [ "$skipped" -gt 0 ]; then summary+=", $skipped skipped"; fi
echo "$summary"
[ "$failed" -eq 0 ]
