#!/usr/bin/env bash
# How the time of a command about one object, and of a page of a list, grows with the database: every command in turn on two
# databases of one server, one with 10 accounts and one with 1,000,000 (250,000 aliases, 50,000 relocated users, 200 domains).
# Medians, and the ratio. Then what a file of aliases and one of relocated users takes, as ratio to one COPY of the same rows.
#
#   bench/growth.sh [--accounts N] [--rounds N] [--lines N] [--dir DIR]     (1000000, 9, 100000, /var/tmp)
#
# Quick, if not exact: --accounts 20000 --rounds 1 --lines 1000. The mail directories of the domain that is checked are there, and
# no others.
# shellcheck disable=SC2154 # world.sh sets world, pg and vmm
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

accounts=1000000 rounds=9 lines=100000 dir=/var/tmp
while [ $# -gt 0 ]; do
  case $1 in
    --accounts) accounts=$2 ;;
    --rounds) rounds=$2 ;;
    --lines) lines=$2 ;;
    --dir) dir=$2 ;;
    *) sed -n '2,10s/^# \{0,1\}//p' "$0"; exit 2 ;;
  esac
  shift 2
done
[ "$(id -u)" = 0 ] || { echo "growth.sh: needs root, as vmm does: sudo bench/growth.sh" >&2; exit 1; }

bench/prepare.sh new
# Read by world.sh.
# shellcheck disable=SC2034
auth=trust server_options='-c shared_buffers=1GB -c max_wal_size=8GB'
# shellcheck source=bench/world.sh
. bench/world.sh
trap remove_world EXIT
build_server
load new sql/create_tables.pgsql
load old sql/create_tables.pgsql

# rows DATABASE ACCOUNTS DOMAINS: every domain has an alias domain.
rows() {
  cat > "$world/rows.sql" << EOF_ROWS
INSERT INTO domain_data (gid, domaindir) SELECT 70000 + d, '$world/$1/d/' || 70000 + d FROM generate_series(0, $3 - 1) AS d;
INSERT INTO domain_name SELECT 'domain' || d || '.example', 70000 + d, true FROM generate_series(0, $3 - 1) AS d;
INSERT INTO domain_name SELECT 'other' || d || '.example', 70000 + d, false FROM generate_series(0, $3 - 1) AS d;
INSERT INTO users (local_part, passwd, gid)
SELECT 'user' || n, '{SHA512-CRYPT}\$6\$0123456789abcdef\$' || left(repeat(md5(n::text), 3), 86), 70000 + n % $3
  FROM generate_series(0, $2 - 1) AS n;
INSERT INTO alias SELECT 70000 + n % $3, 'alias' || n, 'user' || n || '@domain' || n % $3 || '.example'
  FROM generate_series(0, greatest($2 / 4, 1) - 1) AS n;
INSERT INTO relocated SELECT 70000 + n % $3, 'gone' || n, 'new@elsewhere.example'
  FROM generate_series(0, greatest($2 / 20, 1) - 1) AS n;
SELECT setval('domain_gid', 80000);
EOF_ROWS
  load "$1" "$world/rows.sql"
  as_postgres "$pg/psql" -X -q -h "$world" -d "$1" -c 'VACUUM ANALYZE'
  install -d -m 0751 "$world/$1/d"
  install -d -m 0750 -g 70000 "$world/$1/d/70000"
  printf '[database]\nhost = "%s"\nname = "%s"\nuser = "vmm"\n[domain]\nauto_postmaster = false\n[misc]\nbase_directory = "%s"\n' \
    "$world" "$1" "$world/$1" > "$world/$1.toml"
  printf '[dovecot]\nafter_change = "nothing"\n[log]\nfile = "%s/vmm.log"\n' "$world" >> "$world/$1.toml"
  printf '[bin]\npostconf = "/nonexistent"\ndoveconf = "/nonexistent"\n' >> "$world/$1.toml"
  chmod 0640 "$world/$1.toml"
}
rows old 10 1
rows new "$accounts" 200
echo "10 and $accounts accounts; $(nproc) processors, load $(cut -d ' ' -f 1 /proc/loadavg)"

run() { # SIDE NAME COMMAND...: a line "SIDE|NAME|MICROSECONDS", but not in round 0
  local side=$1 name=$2 begun ended status=0
  shift 2
  begun=${EPOCHREALTIME/./}
  VMM_CONFIG=$world/$side.toml "$vmm" "$@" > "$world/out" 2> "$world/err" || status=$?
  ended=${EPOCHREALTIME/./}
  # 4: check has found something, the homes that are not there.
  if [ $status != 0 ] && [ $status != 4 ]; then
    echo "growth.sh: $*: exit status $status" >&2
    cat "$world/err" >&2
    exit 1
  fi
  [ "$round" = 0 ] || echo "$side|$name|$((ended - begun))" >> "$world/samples"
}

# {n} is a new name for each round.
commands='userinfo user0@domain0.example
domaininfo domain0.example
aliasinfo alias0@domain0.example
getuser 70000
useradd new{n}@domain0.example --hash {PLAIN}secret
usernote new{n}@domain0.example --note x
userquota new{n}@domain0.example 1g
userdelete new{n}@domain0.example --delete-directory
aliasadd new{n}@domain0.example user0@domain0.example
aliasadd alias0@domain0.example x{n}@elsewhere.example
aliasdelete new{n}@domain0.example
catchalladd domain0.example x@elsewhere.example
catchalldelete domain0.example
relocatedadd new{n}@domain0.example x@elsewhere.example
relocateddelete new{n}@domain0.example
domainadd new{n}.example
aliasdomainadd other{n}.new.example new{n}.example
aliasdomaindelete other{n}.new.example
domainquota new{n}.example 1g
domaindelete new{n}.example --delete-directory
trace user0@domain0.example
trace alias0@domain0.example
trace nobody@domain0.example
listdomains --limit 5
listusers --limit 5
listusers --limit 5 --after user0@domain0.example
listaliases --limit 5
listrelocated --limit 5
listaddresses --limit 5
check --only new.example'

for side in old new; do
  round=0 run $side none domainadd new.example
done
for ((round = 0; round <= rounds; round++)); do
  while read -r -a command; do
    command=("${command[@]//\{n\}/$round}")
    name=${command[*]}
    name=${name//new$round/new}
    for side in $(shuf -e old new); do run "$side" "${name//x$round@/x@}" "${command[@]}"; done
  done <<< "$commands"
done

median() { # SIDE NAME
  awk -F '|' -v side="$1" -v name="$2" '$1 == side && $2 == name { print $3 }' "$world/samples" | sort -n |
    awk '{ v[NR] = $1 } END { print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'
}
printf '%-62s %9s %9s %6s  (at most 1.3)\n' '' "10, ms" "$accounts" ratio
cut -d '|' -f 2 "$world/samples" | awk '!seen[$0]++' | while read -r name; do
  awk -v name="$name" -v a="$(median old "$name")" -v b="$(median new "$name")" \
    'BEGIN { printf "%-62s %9.1f %9.1f %6.2f\n", name, a / 1000, b / 1000, b / a }'
done

# bulk TABLE COMMAND DESTINATION: the same lines by COPY and by vmm, into the domain 0 of the large database.
bulk() {
  local begun middle ended
  seq "$lines" | sed "s/.*/bulk&\t$3/" > "$world/lines"
  sed 's/^/70000\t/' "$world/lines" > "$world/rows"
  sed 's/\t/@domain0.example\t/' "$world/lines" > "$world/file"
  for ((round = 1; round <= 3; round++)); do
    begun=${EPOCHREALTIME/./}
    sql new -c "\\copy $1 (gid, address, destination) from '$world/rows'"
    middle=${EPOCHREALTIME/./}
    sql new -c "DELETE FROM $1 WHERE gid = 70000 AND address LIKE 'bulk%'"
    ended=${EPOCHREALTIME/./}
    echo "copy|$1|$((middle - begun))" >> "$world/samples"
    echo "delete|$1|$((ended - middle))" >> "$world/samples"
    begun=${EPOCHREALTIME/./}
    VMM_CONFIG=$world/new.toml "$vmm" "$2" --from-file "$world/file" 2> "$world/err" || { cat "$world/err" >&2; exit 1; }
    ended=${EPOCHREALTIME/./}
    echo "vmm|$1|$((ended - begun))" >> "$world/samples"
    sql new -c "DELETE FROM $1 WHERE gid = 70000 AND address LIKE 'bulk%'"
  done
  awk -v lines="$lines" -v name="$2" -v a="$(median copy "$1")" -v b="$(median vmm "$1")" -v c="$(median delete "$1")" 'BEGIN {
    printf "%s: %d lines: COPY %d ms, vmm %d ms: %.2f (at most 2.0); ", name, lines, a / 1000, b / 1000, b / a
    printf "DELETE %d ms\n", c / 1000 }'
}
bulk alias aliasadd user0@domain0.example
bulk relocated relocatedadd x@elsewhere.example
