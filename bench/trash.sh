#!/usr/bin/env bash
# What it costs to delete a domain with many accounts into the trash, beside the bare DELETE of the same rows in another database of
# the same server, in turn; and what it costs to look at that change, and to undo it. Medians, and the ratio.
#
#   bench/trash.sh [--accounts N] [--rounds N] [--dir DIR]                     (20000, 3, /var/tmp)
#
# The mail directories are made once: 20,000 need 540,000 inodes and 2.2 GB.
# shellcheck disable=SC2154 # world.sh sets world, pg and vmm
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

accounts=20000 rounds=3 dir=/var/tmp
while [ $# -gt 0 ]; do
  case $1 in
    --accounts) accounts=$2 ;;
    --rounds) rounds=$2 ;;
    --dir) dir=$2 ;;
    *) sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 2 ;;
  esac
  shift 2
done
[ "$(id -u)" = 0 ] || { echo "trash.sh: needs root, as vmm does: sudo bench/trash.sh" >&2; exit 1; }

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
export VMM_CONFIG=$world/new.toml
printf '[database]\nhost = "%s"\nname = "new"\nuser = "vmm"\n[domain]\nauto_postmaster = false\n[misc]\nbase_directory = "%s"\n' \
  "$world" "$world/new" > "$VMM_CONFIG"
printf '[account]\non_delete = "trash"\n[dovecot]\nafter_change = "nothing"\n[log]\nfile = ""\n' >> "$VMM_CONFIG"
chmod 0640 "$VMM_CONFIG"
"$vmm" domainadd example.com > /dev/null
# shellcheck disable=SC2016 # a hash
hash='{SHA512-CRYPT}$6$0123456789abcdef$0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef012345'
seq "$accounts" | sed "s|.*|user&@example.com\t$hash|" > "$world/accounts"
"$vmm" useradd --from-file "$world/accounts" > /dev/null

# The same rows, without directories.
fill_old() {
  sql old -c "INSERT INTO domain_data (gid, domaindir) VALUES (70000, '$world/old/e/70000')" \
    -c "INSERT INTO domain_name VALUES ('example.com', 70000, true)" \
    -c "INSERT INTO users (local_part, passwd, gid) SELECT 'user' || n, '$hash', 70000 FROM generate_series(1, $accounts) AS n"
}

# timed NAME COMMAND...: adds its milliseconds to the times of NAME.
timed() {
  local name=$1 begun=${EPOCHREALTIME/./}
  shift
  "$@" > /dev/null
  echo $(((${EPOCHREALTIME/./} - begun) / 1000)) >> "$world/$name.times"
}

median() { sort -n "$world/$1.times" | sed -n "$(((rounds + 1) / 2))p"; }

for _ in $(seq "$rounds"); do
  fill_old
  timed delete sql old -c 'BEGIN; DELETE FROM users WHERE gid = 70000; DELETE FROM domain_name WHERE gid = 70000;
    DELETE FROM domain_data WHERE gid = 70000; COMMIT'
  timed domaindelete "$vmm" domaindelete example.com --force
  change=$(sql new -c 'SELECT max(change) FROM vmm_change')
  timed journal "$vmm" journal "$change"
  timed undo "$vmm" undo "$change"
done

bare=$(median delete)
printf '%-24s %12s %8s\n' "$accounts accounts" '' 'x DELETE'
for name in delete domaindelete journal undo; do
  printf '%-24s %9d ms %8s\n' "$name" "$(median "$name")" "$(awk "BEGIN { printf \"%.2f\", $(median "$name") / $bare }")"
done
