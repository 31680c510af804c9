#!/usr/bin/env bash
# How long vmm's commands take, as ratios to what no client can do without (psql's own binary with one `select 1`) and to
# Debian's vmm 0.7. Everything runs once per round, in an order drawn for each round, over the same Unix socket, against one
# private server with fsync on; a Dovecot runs and is told of each new account. Medians; only the ratios count.
#
#   bench/latency.sh [--rounds N] [--auth scram-sha-256|trust] [--dir DIR]     (40, scram-sha-256 as install.sh sets up, /var/tmp)
#
# DIR is where the server and the mail directories lie for the time of the run: a real disk, or durability costs nothing. It is
# to be short: vmm 0.7 keeps no path of a domain that has more than 40 characters. Needs Debian 12, for vmm 0.7 and Dovecot 2.3.
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

# vmm 0.7 reads /etc/vmm and nothing else, and Dovecot is looked for in /etc/dovecot and /run/dovecot: in a mount namespace of
# this run's own there are others.
if [ -z "${VMM_BENCH_INSIDE:-}" ]; then
  bench/prepare.sh dovecot
  VMM_BENCH_INSIDE=1 exec unshare -m --propagation private "$0" --rounds "$rounds" --auth "$auth" --dir "$dir"
fi

# shellcheck source=bench/world.sh
. bench/world.sh
# shellcheck source=bench/dovecot.sh
. bench/dovecot.sh
trap 'stop_dovecot; remove_world' EXIT
build_world
start_dovecot

# run LABEL COMMAND...: adds a line "LABEL MICROSECONDS" to the samples, but not in round 0; the command must succeed.
run() {
  local label=$1 begun ended
  shift
  begun=${EPOCHREALTIME/./}
  "$@" < "$world/password" > "$world/out" 2> "$world/err" || fail "'$*' failed"
  ended=${EPOCHREALTIME/./}
  [ "$round" = 0 ] || echo "$label $((ended - begun))" >> "$world/samples"
}

fail() {
  echo "latency.sh: $1:" >&2
  cat "$world/out" "$world/err" >&2
  exit 1
}

one() {
  local user=user$round@example.com
  case $1 in
    psql) run psql "$pg/psql" -X -q -A -t -h "$world" -U vmm -d new -c 'select 1' ;;
    version) run version "$vmm" version ;;
    new_info) run new_info "$vmm" domaininfo example.com ;;
    old_info) run old_info vmm07 domaininfo example.com ;;
    new_add)
      # Dovecot's cache says that there is no such account until it is told.
      ! dovecot_knows "$user" || fail "Dovecot knows $user already"
      run new_add "$vmm" useradd "$user" --password-stdin
      dovecot_knows "$user" || fail "Dovecot was not told of $user" ;;
    old_add) run old_add vmm07 useradd "$user" -p "$(< "$world/password")" ;;
  esac
}

for ((round = 0; round <= rounds; round++)); do
  for each in $(shuf -e psql version new_info old_info new_add old_add); do one "$each"; done
done

# The work has to be the same: as many accounts and homes on either side.
for side in new old; do
  [ "$("$pg/psql" -X -A -t -h "$world" -U vmm -d $side -c 'select count(*) from users')" = $((rounds + 1)) ]
  [ "$(find "$world/$side" -mindepth 3 -maxdepth 3 | wc -l)" = $((rounds + 1)) ]
done

# median LABEL: in microseconds.
median() {
  awk -v label="$1" '$1 == label { print $2 }' "$world/samples" | sort -n \
    | awk '{ v[NR] = $1 } END { print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'
}

# report NAME LABEL [AIM]: milliseconds, the ratio to psql, and the most that it should be.
report() {
  awk -v name="$1" -v value="$(median "$2")" -v psql="$(median psql)" -v aim="${3:-}" 'BEGIN {
    printf "%-22s %8.1f ms   %6.2f x psql", name, value / 1000, value / psql
    if (aim != "") printf "   aim: at most %.2f   %s", aim, (value / psql <= aim ? "reached" : "missed")
    printf "\n" }'
}

# report_old NAME LABEL OLD [AIM]: how many times as long vmm 0.7 takes, and the least that it should be.
report_old() {
  awk -v name="$1" -v new="$(median "$2")" -v old="$(median "$3")" -v aim="${4:-}" 'BEGIN {
    printf "%-22s %8.1f ms   %6.2f x ours", name " of vmm 0.7", old / 1000, old / new
    if (aim != "") printf "   aim: at least %.2f  %s", aim, (old / new >= aim ? "reached" : "missed")
    printf "\n" }'
}

echo "$rounds rounds, $auth, $(nproc) processors, load $(cut -d ' ' -f 1 /proc/loadavg)," \
  "$(stat -f -c %T "$world") with fsync; medians"
report 'psql, select 1' psql
report version version 0.30
report domaininfo new_info 1.10
report useradd new_add 1.80
report_old domaininfo new_info old_info
report_old useradd new_add old_add 4
