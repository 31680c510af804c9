#!/usr/bin/env bash
# How long 'vmm upgrade' takes for a database of vmm 0.7 with ACCOUNTS accounts (200,000) in 1,000 domains, half as many aliases,
# and some relocated users. As root; needs Debian's package vmm 0.7 and the published program (artifacts/publish/vmm, or
# VMM_BINARY). Prints seconds.
set -euo pipefail
cd "$(dirname "$0")/.."
accounts=${ACCOUNTS:-200000}
dir=${TMPDIR:-/tmp}
# shellcheck disable=SC2034 # read in world.sh
auth=trust
# shellcheck source=bench/world.sh
. bench/world.sh
trap remove_world EXIT
build_new_world
load_old_schema
cat > "$world/rows.sql" << EOF_ROWS
INSERT INTO domain_data (domaindir) SELECT '/srv/mail/a/' || 70000 + i FROM generate_series(0, 999) AS i;
INSERT INTO domain_name SELECT 'domain' || i || '.example', 70000 + i, true FROM generate_series(0, 999) AS i;
INSERT INTO domain_name SELECT 'other-name' || i || '.example', 70000 + i, false FROM generate_series(0, 99) AS i;
INSERT INTO users (local_part, passwd, gid, name, ssid, qid)
SELECT 'user' || i, '{SHA512-CRYPT}\$6\$' || md5(i::text) || md5((i + 1)::text) || md5((i + 2)::text),
       70000 + i % 1000, 'User Number ' || i,
       CASE i % 10 WHEN 0 THEN 16 END, CASE i % 7 WHEN 0 THEN 1 END
  FROM generate_series(1, $accounts) AS i;
INSERT INTO userquota SELECT uid, uid * 1000, -uid FROM users;
INSERT INTO alias SELECT 70000 + i % 1000, 'alias' || i, 'user' || i || '@domain' || i % 1000 || '.example'
  FROM generate_series(1, $accounts / 2) AS i;
INSERT INTO relocated SELECT 70000 + i % 1000, 'gone' || i, 'new@example.org' FROM generate_series(1, $accounts / 20) AS i;
INSERT INTO catchall SELECT 70000 + i, 'user' || i || '@domain' || i || '.example' FROM generate_series(1, 20) AS i;
EOF_ROWS
load old "$world/rows.sql"
"$pg/psql" -X -q -h "$world" -U vmm -d old -c 'VACUUM ANALYZE' > "$world/out" 2>&1
sed -i 's/^name = .*/name = "old"/' "$world/vmm.toml"
size=$("$pg/psql" -XAt -h "$world" -U vmm -d old -c 'SELECT pg_size_pretty(pg_database_size(current_database()))')
echo "$accounts accounts; size of the database: $size"
measure() {
  local start end
  start=$(date +%s.%N)
  "$vmm" upgrade "$@" > "$world/out" || { cat "$world/out"; exit 1; }
  end=$(date +%s.%N)
  awk -v a="$start" -v b="$end" 'BEGIN { printf "%.1f s", b - a }'
}
echo "vmm upgrade --dry-run: $(measure --dry-run)"
echo "vmm upgrade, with dump: $(measure --yes --dump "$world/before.sql")"
grep -v '^Directory' "$world/out"
