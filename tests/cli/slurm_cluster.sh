#!/usr/bin/env bash
# Starts Slurm on this machine alone (a key server, a controller and four virtual nodes of one core
# each, on loopback, with keys, ports and files of their own), runs a command in it, waits until no
# job is left, prints a line a job (number, state, node), and stops what it started.
# Usage: slurm_cluster.sh FOLDER COMMAND...     (FOLDER: new, for its files; a short path)
# Exit code: the command's; 77 where a program of Slurm or the control groups are absent; 1 where it
# does not come up.
set -uo pipefail

readonly patience_s=60 nodes=4
export PATH="$PATH:/usr/sbin:/sbin"
export LC_ALL=C.UTF-8

for program in munged slurmctld slurmd sbatch squeue scontrol; do
  command -v "$program" >/dev/null || { echo "slurm_cluster: no $program here" >&2; exit 77; }
done

# A node of Slurm 22.05 does not start without them, whatever it is to use.
if [ ! -e /sys/fs/cgroup/cgroup.procs ] && [ ! -d /sys/fs/cgroup/freezer ]; then
  echo "slurm_cluster: no control groups at /sys/fs/cgroup" >&2
  exit 77
fi

if [ $# -lt 2 ]; then echo "usage: slurm_cluster.sh FOLDER COMMAND..." >&2; exit 2; fi
mkdir -m 0755 "$1" || exit 1
folder=$(cd "$1" && pwd)
shift

started=()
stop_all() {
  # Jobs first: their steps are children of no daemon. None is left where all went well.
  if [ -S "$folder/munge.socket" ] && [ -n "$(squeue -h -o %i 2>/dev/null)" ]; then
    scancel --user "$(id -un)" 2>/dev/null
    sleep 2
  fi
  # The key server last, the nodes before their controller.
  for ((i = ${#started[@]} - 1; i >= 0; --i)); do
    kill "${started[i]}" 2>/dev/null
    wait "${started[i]}" 2>/dev/null
  done
}
trap stop_all EXIT
trap 'exit 130' INT TERM HUP

# Usage: start NAME COMMAND...   (in the foreground of its own process, so that we know its number)
start() {
  local name=$1
  shift
  "$@" >"$folder/$name.out" 2>&1 &
  started+=($!)
}

# Usage: await WHAT COMMAND...   (until the command succeeds)
await() {
  local what=$1 end=$((SECONDS + patience_s))
  shift
  until "$@"; do
    if [ "$SECONDS" -ge "$end" ]; then
      echo "slurm_cluster: $what: not within $patience_s s; the ends of the logs:" >&2
      tail -n 5 "$folder"/*.out "$folder"/*.log >&2
      exit 1
    fi
    sleep 0.1
  done
}

free_ports() {
  /usr/bin/python3 - "$1" <<'PY'
import socket
import sys

sockets = [socket.socket() for _ in range(int(sys.argv[1]))]
for s in sockets:
    s.bind(("127.0.0.1", 0))
print(*(s.getsockname()[1] for s in sockets))
PY
}

read -r -a ports <<<"$(free_ports $((nodes + 1)))"
mkdir "$folder/state"
cat >"$folder/slurm.conf" <<CONF
ClusterName=loopback
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmctldPort=${ports[nodes]}
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
AuthType=auth/munge
AuthInfo=socket=$folder/munge.socket
CryptoType=crypto/munge
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/%n
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/%n.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/%n.log
# A node has one core, whatever the machine has; processes are known by their groups, without cgroups.
SlurmdParameters=config_overrides
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ProctrackType=proctrack/pgid
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
MpiDefault=none
SwitchType=switch/none
PlugStackConfig=$folder/plugstack.conf
ReturnToService=2
MailProg=/bin/true
MinJobAge=600
SchedulerParameters=batch_sched_delay=0,sched_interval=1
CONF
: >"$folder/plugstack.conf"
for ((i = 0; i < nodes; ++i)); do
  mkdir "$folder/node$i"
  echo "NodeName=node$i NodeHostname=$(hostname -s) NodeAddr=127.0.0.1 Port=${ports[i]} CPUs=1" \
    >>"$folder/slurm.conf"
done
echo "PartitionName=all Nodes=node[0-$((nodes - 1))] Default=YES MaxTime=INFINITE State=UP" \
  >>"$folder/slurm.conf"
export SLURM_CONF="$folder/slurm.conf"

(umask 077 && head -c 1024 /dev/urandom >"$folder/munge.key")
start munged munged --foreground --force --key-file "$folder/munge.key" \
  --socket "$folder/munge.socket" --pid-file "$folder/munged.pid" \
  --log-file "$folder/munged.log" --seed-file "$folder/munged.seed"
await "the key server" test -S "$folder/munge.socket"
start slurmctld slurmctld -D -c
for ((i = 0; i < nodes; ++i)); do start "slurmd$i" slurmd -D -N "node$i"; done
all_idle() { [ "$(sinfo -h -t idle -o %D 2>/dev/null)" = "$nodes" ]; }
await "$nodes nodes" all_idle

"$@"
code=$?
no_jobs() {
  local left
  left=$(squeue -h -o %i) && [ -z "$left" ]
}
await "the end of all jobs" no_jobs
scontrol show job -o | sed -E \
  's/^JobId=([0-9]+) (ArrayJobId=([0-9]+) ArrayTaskId=([0-9]+) )?.* JobState=([A-Z]+).* BatchHost=([a-z0-9]+).*/\1 \3_\4 \5 \6/; s/ _ / - /'
exit "$code"
