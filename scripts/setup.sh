#!/usr/bin/env bash
# Installs the Debian 12 packages that Spindle needs and that are missing. Safe to run twice.
# Usage: scripts/setup.sh [build] [figures] [tests] [mpi] [slurm] [bench] [all]     (default: build)
# Optional, so that one that cannot be installed is a message: the peers that `bench` compares with,
# MPI (spindle-mpi and its tests) and Slurm (a test that brings up a cluster of its own).
set -euo pipefail

readonly build_packages=(g++ cmake ninja-build libeigen3-dev libfmt-dev nlohmann-json3-dev
                         libcli11-dev librandom123-dev libxxhash-dev libhwy-dev zlib1g-dev libzstd-dev
                         libboost-dev libsqlite3-dev)
readonly figure_packages=(python3-matplotlib)
readonly test_packages=(catch2 librapidcheck-dev python3-jsonschema)
readonly mpi_packages=(libopenmpi-dev openmpi-bin)
readonly slurm_packages=(slurmctld slurmd slurm-client munge)
readonly bench_packages=(libbenchmark-dev)
readonly peer_packages=(libns3-dev libsimgrid-dev libboost-dev python3-simpy3 ceph-base)
readonly all_packages=(clang libclang-rt-14-dev)  # second compiler and libFuzzer

wanted=()
optional=()
for group in "${@:-build}"; do
  case "$group" in
    build) wanted+=("${build_packages[@]}") ;;
    figures) wanted+=("${figure_packages[@]}") ;;
    tests) wanted+=("${test_packages[@]}") ;;
    mpi) optional+=("${mpi_packages[@]}") ;;
    slurm) optional+=("${slurm_packages[@]}") ;;
    bench) wanted+=("${bench_packages[@]}") optional+=("${peer_packages[@]}") ;;
    all) wanted+=("${all_packages[@]}") ;;
    *) echo "setup.sh: $group: unknown group (build, figures, tests, mpi, slurm, bench, all)" >&2; exit 2 ;;
  esac
done

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
  echo "setup: not a Debian system; these packages' contents are needed: ${wanted[*]}" >&2
  exit 0
fi

is_installed() {
  [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null || true)" = installed ]
}
missing=()
for package in "${wanted[@]}"; do is_installed "$package" || missing+=("$package"); done
missing_optional=()
for package in "${optional[@]}"; do is_installed "$package" || missing_optional+=("$package"); done
if [ $((${#missing[@]} + ${#missing_optional[@]})) -eq 0 ]; then
  echo "setup: all $((${#wanted[@]} + ${#optional[@]})) packages are installed"
  exit 0
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null; then
    if [ ${#missing[@]} -eq 0 ]; then
      echo "setup: without ${missing_optional[*]} (no root and no sudo): what needs them is left out"
      exit 0
    fi
    echo "setup: missing: ${missing[*]} (no root and no sudo) — install them as root" >&2
    exit 1
  fi
  as_root=(sudo)
fi
installing=("${missing[@]}" "${missing_optional[@]}")
echo "setup: installing ${installing[*]}"
apt_get() {
  # The run level keeps Debian's scripts from starting what they install, where systemd does not.
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive LC_ALL=C RUNLEVEL=1 apt-get -qq -o Dpkg::Use-Pty=0 "$@" </dev/null
}
apt_get update
# dpkg's line per package goes to standard output: noise here.
if [ ${#missing[@]} -gt 0 ]; then
  apt_get install -y --no-install-recommends "${missing[@]}" >/dev/null
fi
for package in "${missing_optional[@]}"; do
  apt_get install -y --no-install-recommends "$package" >/dev/null ||
    echo "setup: $package cannot be installed here: what needs it is left out"
done
echo "setup: done"
