#!/usr/bin/env bash
# How many look-ups PostgreSQL answers per second from this schema and from that of Debian's vmm 0.7, both with the same rows: the
# functions of both, and the views of vmm 0.4 that only this schema has, asked in the words of 0.4's installation text. One client,
# simple protocol, random keys, everything in turn in each round; medians. `select 1` is the limit: the way to the server and back.
#
#   bench/lookups.sh [--accounts N] [--domains N] [--rounds N] [--seconds N] [--dir DIR]     (1000000, 200, 5, 5, /var/tmp)
#   bench/lookups.sh --writes [--rounds N] [--dir DIR]     what it costs to keep the answers: inserts, defaults, deletions
#
# There are a quarter as many aliases as accounts and a twentieth as many relocated users; quick, if not exact:
# --accounts 20000 --rounds 1 --seconds 1
# shellcheck disable=SC2154 # world.sh sets world and pg
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

accounts=1000000 domains=200 rounds=5 seconds=5 dir=/var/tmp writes=
while [ $# -gt 0 ]; do
  case $1 in
    --accounts) accounts=$2 ;;
    --domains) domains=$2 ;;
    --rounds) rounds=$2 ;;
    --seconds) seconds=$2 ;;
    --dir) dir=$2 ;;
    --writes) writes=yes; shift; continue ;;
    *) sed -n '2,10s/^# \{0,1\}//p' "$0"; exit 2 ;;
  esac
  shift 2
done

[ "$(id -u)" = 0 ] || { echo "lookups.sh: needs root, to start PostgreSQL as its user: sudo bench/lookups.sh" >&2; exit 1; }
if [ ! -f /usr/share/doc/vmm/examples/pgsql/create_tables.pgsql ]; then
  echo "lookups.sh: needs Debian's package: apt-get install vmm" >&2
  exit 1
fi

# Read by world.sh.
# shellcheck disable=SC2034
auth=trust server_options='-c shared_buffers=2GB -c max_wal_size=8GB -c synchronous_commit=off'
# shellcheck source=bench/world.sh
. bench/world.sh
trap remove_world EXIT
build_server

median() {
  awk -F '|' -v label="$1" '$1 == label { print $2 }' "$world/samples" | sort -n |
    awk '{ v[NR] = $1 } END { print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'
}

# One account in ten has a transport of its own, one in eleven a quota, one in twelve other services.
cat > "$world/rows.sql" << EOF_ROWS
INSERT INTO transport (transport) VALUES ('dovecot:');
INSERT INTO quotalimit (bytes, messages) VALUES (1073741824, 10000);
INSERT INTO domain_data (gid, qid, ssid, tid, domaindir)
SELECT 70000 + d, 1, 1, 1, '/srv/mail/d/' || 70000 + d FROM generate_series(0, $domains - 1) AS d;
INSERT INTO domain_name SELECT 'domain' || d || '.example', 70000 + d, true FROM generate_series(0, $domains - 1) AS d;
INSERT INTO domain_name SELECT 'other' || d || '.example', 70000 + d, false FROM generate_series(0, $domains / 20 - 1) AS d;
INSERT INTO users (local_part, passwd, gid, name, tid, qid, ssid)
SELECT 'user' || n, '{SHA512-CRYPT}\$6\$0123456789abcdef\$' || left(repeat(md5(n::text), 3), 86), 70000 + n % $domains,
       'User Number ' || n,
       CASE WHEN n % 10 = 0 THEN 2 END, CASE WHEN n % 11 = 0 THEN 2 END, CASE WHEN n % 12 = 0 THEN 16 END
  FROM generate_series(0, $accounts - 1) AS n;
INSERT INTO alias SELECT 70000 + n % $domains, 'alias' || n, 'user' || n || '@domain' || n % $domains || '.example'
  FROM generate_series(0, $accounts / 4 - 1) AS n;
INSERT INTO relocated SELECT 70000 + n % $domains, 'gone' || n, 'new@elsewhere.example'
  FROM generate_series(0, $accounts / 20 - 1) AS n;
EOF_ROWS

fill() { # side
  local begun ended
  begun=${EPOCHREALTIME/./}
  load "$1" "$world/rows.sql"
  ended=${EPOCHREALTIME/./}
  as_postgres "$pg/psql" -X -q -h "$world" -d "$1" -c 'VACUUM ANALYZE'
  # Everything into the server's memory, indexes too.
  as_postgres "$pg/psql" -X -q -h "$world" -d "$1" -c 'CREATE EXTENSION pg_prewarm' \
    -c "SELECT sum(pg_prewarm(oid::regclass)) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'i')"
  echo "$1: filled in $(((ended - begun) / 1000000)) s," \
    "$(sql "$1" -c 'SELECT pg_size_pretty(pg_database_size(current_database()))')"
}

load new sql/create_tables.pgsql

if [ -n "$writes" ]; then
  # Both sides are this schema; the triggers of accounts are switched off on one. Seconds, medians, in turn.
  load old sql/create_tables.pgsql
  sql old -c 'ALTER TABLE users DISABLE TRIGGER USER'
  timed() { # label side statement
    local begun ended
    begun=${EPOCHREALTIME/./}
    sql "$2" -c "$3"
    ended=${EPOCHREALTIME/./}
    [ "$round" = 0 ] || echo "$1|$(((ended - begun) / 1000))" >> "$world/samples"
  }
  for side in new old; do
    sql $side -c "INSERT INTO domain_data (gid, domaindir) VALUES (1, '/srv/mail/1');
      INSERT INTO domain_name VALUES ('example.com', 1, true);
      INSERT INTO transport (transport) VALUES ('dovecot:')"
  done
  add="INSERT INTO users (local_part, passwd, gid)
       SELECT 'user' || n, '{SHA512-CRYPT}' || left(repeat(md5(n::text), 4), 106), 1 FROM generate_series(1, 100000) AS n"
  for ((round = 0; round <= rounds; round++)); do
    timed without old "$add"
    timed with new "$add"
    timed transport new 'UPDATE domain_data SET tid = 3 - tid'
    sql new -c "INSERT INTO alias SELECT 1, 'alias' || n, 'to@elsewhere.example' FROM generate_series(1, 24000) AS n"
    timed aliases new "DELETE FROM alias WHERE address IN (SELECT 'alias' || n FROM generate_series(1, 5000) AS n)"
    sql old -c 'TRUNCATE users CASCADE'
    sql new -c 'TRUNCATE users, alias CASCADE'
  done
  awk -v a="$(median without)" -v b="$(median with)" 'BEGIN {
    printf "100,000 accounts: %d ms without the table, %d ms with it: %.2f (at most 1.4)\n", a, b, b / a }'
  echo "the transport of a domain of 100,000 accounts: $(median transport) ms (at most 3,000)"
  echo "5,000 of 24,000 aliases deleted: $(median aliases) ms"
  exit
fi

echo "$accounts accounts, $((accounts / 4)) aliases, $domains domains; $(nproc) processors, load $(cut -d ' ' -f 1 /proc/loadavg)"
load_old_schema
fill new
fill old

# Name, question to the function (the same for both), question to the view of this schema or -. {a} is an account, {l} an alias,
# {r} a relocated user, {d} its domain.
cat > "$world/lookups" << 'EOF_LOOKUPS'
password
SELECT userid, password FROM dovecotpassword('{a}', '{d}') WHERE imap
SELECT "user", password FROM dovecot_password WHERE "user"='{a}@{d}' AND imap
user
SELECT home, uid, gid, mail FROM dovecotuser('{a}', '{d}')
SELECT home, uid, gid, 'maildir:'||mail AS mail FROM dovecot_user WHERE userid = '{a}@{d}'
user and quota
SELECT home, uid, gid, mail, quota_rule FROM dovecotquotauser('{a}', '{d}')
-
mailbox
SELECT maildir FROM postfix_virtual_mailbox_map('{a}', '{d}')
SELECT maildir FROM postfix_maildir WHERE address = '{a}@{d}'
uid
SELECT uid FROM postfix_virtual_uid_map('{a}', '{d}')
SELECT uid FROM postfix_uid WHERE address = '{a}@{d}'
transport
SELECT transport FROM postfix_transport_map('{a}', '{d}')
SELECT transport FROM postfix_transport WHERE address = '{a}@{d}'
alias
SELECT destination FROM postfix_virtual_alias_map('{l}', '{d}')
SELECT destination FROM postfix_alias WHERE address = '{l}@{d}'
no alias
SELECT destination FROM postfix_virtual_alias_map('{a}', '{d}')
SELECT destination FROM postfix_alias WHERE address = '{a}@{d}'
relocated
SELECT destination FROM postfix_relocated_map('{r}', '{d}')
SELECT destination FROM postfix_relocated WHERE address = '{r}@{d}'
not relocated
SELECT destination FROM postfix_relocated_map('{a}', '{d}')
SELECT destination FROM postfix_relocated WHERE address = '{a}@{d}'
sender
SELECT login FROM postfix_smtpd_sender_login_map('{a}', '{d}')
-
sender, alias
SELECT login FROM postfix_smtpd_sender_login_map('{l}', '{d}')
-
EOF_LOOKUPS

script() { # file query: a pgbench script that asks it about random addresses
  printf '\\set n random(0, %d)\n\\set d :n %% %d\n%s;\n' $((accounts / ${3:-1} - 1)) "$domains" "$2" |
    sed 's/{a}/user:n/; s/{l}/alias:n/; s/{r}/gone:n/; s/{d}/domain:d.example/' > "$world/$1.bench"
}

measure() { # label side script: adds one line "label|per second" to the samples
  local tps
  tps=$("$pg/pgbench" -n -M simple -c 1 -T "$seconds" -h "$world" -U vmm -f "$world/$3.bench" "$2" 2> "$world/err" |
    awk '/^tps/ { print $3 }')
  [ -n "$tps" ] || { cat "$world/err" >&2; exit 1; }
  [ "$round" = 0 ] || echo "$1|$tps" >> "$world/samples"
}

number=0
while read -r name && read -r function && read -r view; do
  number=$((number + 1))
  case $function in *"{l}"*) every=4 ;; *"{r}"*) every=20 ;; *) every=1 ;; esac
  script "f$number" "$function" $every
  [ "$view" = - ] || script "v$number" "$view" $every
done < "$world/lookups"
printf 'SELECT 1;\n' > "$world/one.bench"

for ((round = 1; round <= rounds; round++)); do
  measure 'select 1' new one
  number=0
  while read -r name && read -r function && read -r view; do
    number=$((number + 1))
    measure "old $name" old "f$number"
    measure "new $name" new "f$number"
    [ "$view" = - ] || measure "view $name" new "v$number"
  done < "$world/lookups"
done


echo "look-ups per second, medians of $rounds interleaved rounds of $seconds s; select 1: $(median 'select 1' | cut -d . -f 1)"
printf '%-15s %8s %9s %7s   %s\n' '' 'vmm 0.7' function view 'ratios and aims'
while read -r name && read -r function && read -r view; do
  awk -v name="$name" -v old="$(median "old $name")" -v new="$(median "new $name")" \
    -v view="$([ "$view" = - ] || median "view $name")" '
    function ratio(of, is, aim) { return sprintf("   %s: %.2f (at least %s)%s", of, is, aim, is < aim ? " MISSED" : "") }
    BEGIN {
      printf "%-15s %8d %9d %7s%s", name, old, new, view == "" ? "" : int(view), ratio("function / 0.7", new / old, 1.5)
      if (view != "") printf "%s", ratio("view / function", view / new, 0.8)
      printf "\n"
    }'
done < "$world/lookups"
