#!/usr/bin/env bash
# What the journal costs: the same files of accounts and of aliases into two databases of one server, with its triggers and without
# them, in turn. Medians, and the ratio.
#
#   bench/journal.sh [--lines N] [--rounds N] [--dir DIR]                     (100000, 3, /var/tmp)
#
# The mail directories of the accounts are made too, for both: 100,000 need 2.7 million inodes and 11 GB. They are removed after
# each round.
# shellcheck disable=SC2154 # world.sh sets world, pg and vmm
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

lines=100000 rounds=3 dir=/var/tmp
while [ $# -gt 0 ]; do
  case $1 in
    --lines) lines=$2 ;;
    --rounds) rounds=$2 ;;
    --dir) dir=$2 ;;
    *) sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 2 ;;
  esac
  shift 2
done
[ "$(id -u)" = 0 ] || { echo "journal.sh: needs root, as vmm does: sudo bench/journal.sh" >&2; exit 1; }

bench/prepare.sh new
# Read by world.sh.
# shellcheck disable=SC2034
auth=trust server_options='-c shared_buffers=1GB -c max_wal_size=8GB'
# shellcheck source=bench/world.sh
. bench/world.sh
trap remove_world EXIT
build_server

# new has the journal, old (the other database of world.sh) is the same without its triggers.
for side in new old; do
  load "$side" sql/create_tables.pgsql
  printf '[database]\nhost = "%s"\nname = "%s"\nuser = "vmm"\n[domain]\nauto_postmaster = false\n[misc]\nbase_directory = "%s"\n' \
    "$world" "$side" "$world/$side" > "$world/$side.toml"
  printf '[dovecot]\nafter_change = "nothing"\n[log]\nfile = ""\n' >> "$world/$side.toml"
  chmod 0640 "$world/$side.toml"
  VMM_CONFIG=$world/$side.toml "$vmm" domainadd example.com > /dev/null
done
# What it prints are statements.
sql old -c "SELECT format('DROP TRIGGER %I ON %s', tgname, tgrelid::regclass) FROM pg_trigger WHERE tgname LIKE 'vmm_journal%'" \
  | sed 's/$/;/' > "$world/drop.sql"
load old "$world/drop.sql"

# shellcheck disable=SC2016 # a hash
hash='{SHA512-CRYPT}$6$0123456789abcdef$0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef012345'
seq "$lines" | sed "s|.*|user&@example.com\t$hash|" > "$world/accounts"
seq "$lines" | sed 's|.*|alias&@example.com\tsomebody&@elsewhere.example|' > "$world/aliases"

# timed SIDE COMMAND FILE: milliseconds.
timed() {
  local begun=${EPOCHREALTIME/./}
  VMM_CONFIG=$world/$1.toml "$vmm" "$2" --from-file "$world/$3" > /dev/null 2>&1
  echo $(((${EPOCHREALTIME/./} - begun) / 1000))
}

median() { sort -n | sed -n "$(((rounds + 1) / 2))p"; }

printf '%-24s %12s %12s %8s\n' "$lines lines" 'without' 'journal' ratio
for what in 'aliasadd aliases' 'useradd accounts'; do
  read -r command file <<< "$what"
  : > "$world/new.times"
  : > "$world/old.times"
  for _ in $(seq "$rounds"); do
    for side in old new; do
      timed "$side" "$command" "$file" >> "$world/$side.times"
      sql "$side" -c 'TRUNCATE alias, userquota, users; TRUNCATE vmm_change, vmm_journal, vmm_journal_secret'
      find "$world/$side" -mindepth 3 -maxdepth 3 -exec rm -rf {} +
    done
  done
  without=$(median < "$world/old.times")
  with=$(median < "$world/new.times")
  printf '%-24s %9d ms %9d ms %8s\n' "$command" "$without" "$with" "$(awk "BEGIN { printf \"%.2f\", $with / $without }")"
done
