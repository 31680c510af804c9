#!/usr/bin/env bash
# How long vmm's commands take, as ratios to what no client can do without (psql with one `select 1`) and to Debian's vmm 0.7.
# Everything runs once per round, in turn, over one Unix socket, against one private server with fsync on: only the ratios count.
#
#   bench/latency.sh [--rounds N] [--auth scram-sha-256|trust] [--dir DIR]     (40, scram-sha-256 as install.sh sets up, /var/tmp)
#
# DIR is where the server and the mail directories lie for the time of the run: a real disk, or durability costs nothing. It is
# to be short: vmm 0.7 keeps no path of a domain that has more than 40 characters.
# shellcheck disable=SC2154 # world.sh sets world, pg and vmm
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

rounds=40 auth=scram-sha-256 dir=/var/tmp
while [ $# -gt 0 ]; do
  case $1 in
    --rounds) rounds=$2 ;;
    --auth) auth=$2 ;;
    --dir) dir=$2 ;;
    *) sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 2 ;;
  esac
  shift 2
done

[ "$(id -u)" = 0 ] || { echo "latency.sh: needs root, as vmm does: sudo bench/latency.sh" >&2; exit 1; }

# vmm 0.7 reads /etc/vmm and nothing else: in a mount namespace of this run's own it gets another one.
if [ -z "${VMM_BENCH_INSIDE:-}" ]; then
  bench/prepare.sh
  VMM_BENCH_INSIDE=1 exec unshare -m --propagation private "$0" --rounds "$rounds" --auth "$auth" --dir "$dir"
fi

# shellcheck source=bench/world.sh
. bench/world.sh
trap remove_world EXIT
build_world

run() { # label command...: adds one line "label microseconds" to the samples; the command must succeed
  local label=$1 begun ended
  shift
  begun=${EPOCHREALTIME/./}
  "$@" < "$world/password" > "$world/out" 2> "$world/err" || { echo "latency.sh: '$*' failed:" >&2; cat "$world/err" >&2; exit 1; }
  ended=${EPOCHREALTIME/./}
  [ "$round" = 0 ] || echo "$label $((ended - begun))" >> "$world/samples"
}

for ((round = 0; round <= rounds; round++)); do
  run psql "$pg/psql" -X -q -A -t -h "$world" -U vmm -d new -c 'select 1'
  run new_info "$vmm" domaininfo example.com
  run old_info vmm07 domaininfo example.com
  run new_add "$vmm" useradd "user$round@example.com" --password-stdin
  run old_add vmm07 useradd "user$round@example.com" -p "$(< "$world/password")"
done

# The work has to be the same: as many accounts and homes on either side.
for side in new old; do
  [ "$("$pg/psql" -X -A -t -h "$world" -U vmm -d $side -c 'select count(*) from users')" = $((rounds + 1)) ]
  [ "$(find "$world/$side" -mindepth 3 -maxdepth 3 | wc -l)" = $((rounds + 1)) ]
done

median() { awk -v label="$1" '$1 == label { print $2 }' "$world/samples" | sort -n | awk '{ v[NR] = $1 } END { print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'; }
report() { awk -v name="$1" -v new="$(median "$2")" -v psql="$(median psql)" -v old="$(median "$3")" -v aim="$4" 'BEGIN {
  printf "%-11s %8.1f ms   %8.1f ms   %6.2f x psql (aim: at most %s)   %6.1f times faster than 0.7 (aim: at least 5)\n", name, new / 1000, old / 1000, new / psql, aim, old / new }'; }

echo "$rounds rounds, $auth, $(nproc) processors, load $(cut -d ' ' -f 1 /proc/loadavg), $(stat -f -c %T "$world") with fsync; medians"
printf '%-11s %11s   %11s\n' '' vmm 'vmm 0.7'
awk -v psql="$(median psql)" 'BEGIN { printf "%-11s %8.1f ms   (psql, select 1)\n", "psql", psql / 1000 }'
report domaininfo new_info old_info 1.2
report useradd new_add old_add 2.0
