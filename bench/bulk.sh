#!/usr/bin/env bash
# How long `vmm useradd --from-file` takes for many accounts, as ratio to what no program can do without: one COPY of the same
# rows into the same tables, and the bare mkdir and chown calls of the same directories. Both write to the same file system and
# the same server, with fsync on.
#
#   bench/bulk.sh [--accounts N] [--rounds N] [--dir DIR]                     (100000, 1, /var/tmp)
#
# DIR is where the server and the mail directories lie for the time of the run; 100,000 mailboxes need 2.7 million inodes and
# 11 GB for each side.
# shellcheck disable=SC2154 # world.sh sets world, pg and vmm
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

accounts=100000 rounds=1 dir=/var/tmp
while [ $# -gt 0 ]; do
  case $1 in
    --accounts) accounts=$2 ;;
    --rounds) rounds=$2 ;;
    --dir) dir=$2 ;;
    *) sed -n '2,10s/^# \{0,1\}//p' "$0"; exit 2 ;;
  esac
  shift 2
done
[ "$(id -u)" = 0 ] || { echo "bulk.sh: needs root, as vmm does: sudo bench/bulk.sh" >&2; exit 1; }

bench/prepare.sh new
# Read by world.sh: how the server lets roles in.
# shellcheck disable=SC2034
auth=scram-sha-256
# shellcheck source=bench/world.sh
. bench/world.sh
trap remove_world EXIT
build_new_world
# The floor's rows go into tables of their own.
as_postgres "$pg/psql" -h "$world" -d postgres -c "CREATE DATABASE floor OWNER vmm TEMPLATE new"

# timed VARIABLE COMMAND...: sets the variable to its milliseconds.
timed() {
  local variable=$1 begun ended
  shift
  begun=${EPOCHREALTIME/./}
  "$@"
  ended=${EPOCHREALTIME/./}
  printf -v "$variable" %s $(((ended - begun) / 1000))
}

ours() { "$vmm" useradd --from-file "$world/users.tsv"; }
floor_rows() { sql floor -c '\copy users (local_part, passwd, uid, gid, mid) from pstdin' < "$world/rows.tsv"; }
# One process, by relative paths, the mode in the mkdir call: nothing less makes these directories and gives them their owners.
floor_directories() {
  perl -e '
    my ($base, $gid, $first, $n) = @ARGV;
    my @folders = ("", "/.Drafts", "/.Sent", "/.Templates", "/.Trash");
    my @parts = ("", "/Maildir", map { ("/Maildir$_", "/Maildir$_/cur", "/Maildir$_/new", "/Maildir$_/tmp") } @folders);
    splice @parts, 2, 1;
    umask 0; chdir $base or die $!;
    for my $uid ($first .. $first + $n - 1) {
      for my $part (@parts) { mkdir "$uid$part", 0700 or die "$uid$part: $!"; chown $uid, $gid, "$uid$part" or die $!; }
    }' "$world/floor" 70000 70000 "$accounts"
}

# shellcheck disable=SC2016
hash='{SHA512-CRYPT}$6$0123456789abcdef$'$(printf 'x%.0s' {1..86})
for ((round = 1; round <= rounds; round++)); do
  install -d "$world/floor"
  awk -v n="$accounts" -v r="$round" -v h="$hash" 'BEGIN {
    for (i = 0; i < n; i++) printf "user%d-%d@example.com\t%s\n", r, i, h }' > "$world/users.tsv"
  awk -v n="$accounts" -v r="$round" -v h="$hash" 'BEGIN {
    for (i = 0; i < n; i++) printf "user%d-%d\t%s\t%d\t70000\t1\n", r, i, h, 70000 + (r - 1) * n + i }' > "$world/rows.tsv"
  sync
  timed rows floor_rows
  timed directories floor_directories
  timed flush sync -f "$world/floor"
  timed mine ours
  echo "$accounts accounts, ms: floor: COPY $rows, mkdir and chown $directories (and $flush until they are on disk);" \
    "vmm: $mine, on disk"
  awk -v v="$mine" -v f=$((rows + directories)) -v s="$flush" 'BEGIN {
    printf "vmm / floor: %.2f   vmm / floor on disk: %.2f\n", v / f, v / (f + s) }'
  [ "$(sql new -c 'select count(*) from users')" = $((round * accounts)) ]
  [ "$(sql new -c "select count(*) from vmm_address where kind = 'account'")" = $((round * accounts)) ]
  [ "$(find "$world"/new/?/70000 -mindepth 1 -maxdepth 1 -type d | wc -l)" = $((round * accounts)) ]
  rm -rf "$world/floor"
done
