# shellcheck shell=bash disable=SC2154
# For the other scripts here: a private server with two databases (new: this vmm, old: vmm 0.7), both with the domain example.com.
# Sets $world, $pg (PostgreSQL's programs), $vmm; uses $auth and $dir, and $server_options where a script sets it.
# shellcheck source=install/lib.sh
. install/lib.sh

build_world() {
  build_new_world
  configure_old
}

# The same without vmm 0.7.
build_new_world() {
  build_server
  echo 'a long enough password' > "$world/password"
  configure_new
}

# Nothing but the server with two empty databases.
build_server() {
  vmm=${VMM_BINARY:-$PWD/artifacts/publish/vmm}
  world=$(mktemp -d "$dir/vmmb.XXXXXX")
  pg=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
  export PGPASSWORD=bench-only
  chmod 0755 "$world"
  start_server
}

remove_world() {
  as_postgres "$pg/pg_ctl" -D "$world/data" -m immediate -w stop > /dev/null 2>&1 || true
  umount /etc/vmm 2> /dev/null || true
  rm -rf "$world"
}

# The server would keep everything open that the caller has: an output, a lock.
as_postgres() { detached "$world/log" runuser -u postgres -- "$@" || { cat "$world/log" >&2; return 1; }; }

start_server() {
  install -d -o postgres -m 0755 "$world/data"
  chown postgres "$world"
  as_postgres "$pg/initdb" -N -A trust -E UTF8 --locale=C.UTF-8 -D "$world/data"
  printf 'local all postgres peer\nlocal all all %s\n' "$auth" > "$world/data/pg_hba.conf"
  as_postgres "$pg/pg_ctl" -D "$world/data" -w -l "$world/server.log" \
    -o "-c listen_addresses= -c unix_socket_directories=$world -c fsync=on ${server_options:-}" start
  as_postgres "$pg/psql" -h "$world" -d postgres -c "CREATE ROLE vmm LOGIN PASSWORD '$PGPASSWORD'"
  for role in mailsys postfix dovecot; do as_postgres "$pg/psql" -h "$world" -d postgres -c "CREATE ROLE $role"; done
  for side in new old; do
    as_postgres "$pg/psql" -h "$world" -d postgres -c "CREATE DATABASE $side OWNER vmm TEMPLATE template0"
    install -d -m 0771 "$world/$side"
  done
}

# sql DATABASE ARGUMENT...: values only, as the owner.
sql() { "$pg/psql" -X -q -A -t -v ON_ERROR_STOP=1 -h "$world" -U vmm -d "$@"; }

# load DATABASE FILE
load() {
  "$pg/psql" -X -q -v ON_ERROR_STOP=1 -1 -h "$world" -U vmm -d "$1" -f "$2" > /dev/null 2> "$world/err" \
    || { cat "$world/err" >&2; exit 1; }
}

configure_new() {
  load new sql/create_tables.pgsql
  cat > "$world/vmm.toml" <<- EOF
	[database]
	host = "$world"
	name = "new"
	user = "vmm"
	pass = "$PGPASSWORD"
	[domain]
	auto_postmaster = false
	[misc]
	base_directory = "$world/new"
	[log]
	file = "$world/vmm.log"
	EOF
  chmod 0640 "$world/vmm.toml"
  export VMM_CONFIG=$world/vmm.toml
  "$vmm" domainadd example.com > /dev/null
}

# Its statement that makes the language plpgsql fails on every PostgreSQL since 9.0, which has it already.
load_old_schema() {
  sed '/^CREATE LANGUAGE/d' /usr/share/doc/vmm/examples/pgsql/create_tables.pgsql > "$world/old.pgsql"
  load old "$world/old.pgsql"
}

# As shipped, vmm 0.7 stops at a name that Python 3.10 took away; with this one name put back it runs.
configure_old() {
  load_old_schema
  mkdir "$world/etc-vmm" "$world/shim"
  cat > "$world/etc-vmm/vmm.cfg" <<- EOF
	[database]
	module = psycopg2
	host = $world
	user = vmm
	pass = $PGPASSWORD
	name = old
	sslmode = allow
	[domain]
	auto_postmaster = false
	[misc]
	base_directory = $world/old
	password_scheme = SHA512-CRYPT
	dovecot_version = 2.3.19
	EOF
  chmod 0640 "$world/etc-vmm/vmm.cfg"
  printf '%s\n' 'import collections' 'import collections.abc' 'collections.Callable = collections.abc.Callable' \
    > "$world/shim/sitecustomize.py"
  mount --bind "$world/etc-vmm" /etc/vmm
  mkdir -m 0751 "$world"/old/{0..9} "$world"/old/{a..z}
  vmm07 domainadd example.com > "$world/out" 2>&1 || { cat "$world/out" >&2; exit 1; }
}

vmm07() { PYTHONPATH=$world/shim /usr/sbin/vmm "$@"; }
