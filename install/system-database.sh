# shellcheck shell=bash
# Roles, database and schema on the local server, when it has none of them. What is half made is finished by the next run.
# DB_HOST, DB_PORT, DB_NAME and DB_USER are what vmm.toml says; system_database sets them, and only this file uses them.

# The comment on role vmm from its creation until the schema is loaded: everything so far was made here and holds nothing yet.
UNFINISHED='installation of vmm, not finished'

system_database() {
  local there passwords
  DB_HOST=$(system_setting database.host) DB_PORT=$(system_setting database.port)
  DB_NAME=$(system_setting database.name) DB_USER=$(system_setting database.user)
  case "$DB_HOST $DB_USER $DB_NAME" in
    'localhost vmm mailsys' | '127.0.0.1 vmm mailsys' | '::1 vmm mailsys' | /*' vmm mailsys') ;;
    *)
      say "left alone: the database; vmm.toml names $DB_NAME of $DB_USER on $DB_HOST"
      system_offer_upgrade
      return ;;
  esac
  if ! there=$(system_psql postgres 2> /dev/null <<< "SELECT string_agg(what, ', ' ORDER BY what) FROM (
      SELECT 'role ' || rolname FROM pg_roles WHERE rolname IN ('vmm', 'postfix', 'dovecot', 'mailsys')
      UNION ALL SELECT 'database ' || datname FROM pg_database WHERE datname = 'mailsys') AS found (what)"); then
    system_no_server
    return
  fi
  if [ -z "$there" ] || system_unfinished; then
    passwords=$(system_password vmm; system_password postfix; system_password dovecot)
    if grep -qxF "$PLACEHOLDER" <<< "$passwords"; then
      to_do "put passwords where $PLACEHOLDER stands, in vmm.toml too, and run this again: it makes roles, database and schema"
      return
    fi
    system_make_database
  else
    say "left alone: the database server has $there"
    [ "$there" = 'database mailsys, role dovecot, role mailsys, role postfix, role vmm' ] \
      || to_do "make by hand what is missing of roles vmm, postfix, dovecot, mailsys and database mailsys: nothing was made there"
  fi
  system_try_role vmm /etc/vmm/vmm.toml
  system_try_role postfix "$(system_directory postfix)/pgsql-*.cf"
  case $(dovecot_series) in
    2.3) system_try_role dovecot "$(system_directory dovecot)/dovecot-sql.conf.ext" ;;
    *) system_try_role dovecot "$(system_directory dovecot)/vmm-sql-2.4.conf" ;;
  esac
  system_offer_upgrade
}

# A database with tables of vmm, but without what 0.8 writes its version into. Asked as vmm will be, else as the server's
# administrator.
system_offer_upgrade() {
  local old="SELECT 1 WHERE to_regclass('vmm_schema') IS NULL AND to_regclass('users') IS NOT NULL
    AND (to_regclass('domains') IS NOT NULL OR to_regclass('domain_data') IS NOT NULL)"
  if [ "$(system_ask_as "$DB_USER" "$old")" = 1 ] || [ "$(system_psql "$DB_NAME" 2> /dev/null <<< "$old")" = 1 ]; then
    to_do "the database $DB_NAME is of an older vmm. See what would be done to it: $PREFIX/sbin/vmm upgrade --dry-run" \
      "then do it: $PREFIX/sbin/vmm upgrade"
  fi
}

# system_ask_as ROLE SQL: with the password that the role's files have.
system_ask_as() {
  PGPASSWORD=$(system_password "$1") PGCONNECT_TIMEOUT=5 \
    psql -wqXAt -h "$DB_HOST" -p "$DB_PORT" -U "$1" -d "$DB_NAME" -c "$2" 2> /dev/null
}

# system_psql DATABASE [OPTION...]: as the server's administrator, SQL from standard input: neither an argument list nor an
# error message shows a statement.
system_psql() {
  (cd / && runuser -u postgres -- psql -qXAt -v ON_ERROR_STOP=1 -v VERBOSITY=terse -p "$DB_PORT" -d "$1" "${@:2}" -f -)
}

system_unfinished() {
  [ "$(system_psql postgres <<< "SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = 'vmm'")" = "$UNFINISHED" ]
}

system_make_database() {
  if system_make_roles && system_make_schema; then
    say "made: roles vmm, postfix, dovecot (group mailsys), database mailsys with its schema"
    return
  fi
  if system_unfinished; then
    system_psql postgres <<< "DROP DATABASE IF EXISTS mailsys; DROP ROLE vmm, postfix, dovecot, mailsys;" || true
  fi
  die "roles, database and schema could not be made" \
    "The server's message stands above; nothing is left of them. Run this again, or use --no-database."
}

# A run that was interrupted has left the roles; they get the passwords of the files again.
system_make_roles() {
  local make=CREATE
  ! system_unfinished || make=ALTER
  {
    # The server's log, too, is no place for a password.
    echo "SET log_statement = 'none'; SET log_min_error_statement = 'panic'; SET log_min_duration_statement = -1;"
    echo "SET password_encryption = 'scram-sha-256';"
    if [ $make = CREATE ]; then echo "CREATE ROLE mailsys NOLOGIN;"; fi
    sql_role $make vmm "$(system_password vmm)"
    sql_role $make postfix "$(system_password postfix)"
    sql_role $make dovecot "$(system_password dovecot)"
    echo "GRANT mailsys TO postfix, dovecot;"
    echo "COMMENT ON ROLE vmm IS '$UNFINISHED';"
  } | system_psql postgres -1
}

system_make_schema() {
  if [ -z "$(system_psql postgres <<< "SELECT 1 FROM pg_database WHERE datname = 'mailsys'")" ]; then
    # The order of C.UTF-8 never changes with the C library, so no index ever becomes wrong.
    system_psql postgres <<< "CREATE DATABASE mailsys OWNER vmm
      ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8' TEMPLATE template0" || return
  fi
  # The owner loads its own schema, in one transaction with the end of the mark.
  {
    echo 'SET SESSION AUTHORIZATION vmm;'
    schema_sql
    echo "RESET SESSION AUTHORIZATION; COMMENT ON ROLE vmm IS 'owns the database of vmm';"
  } | system_psql mailsys -1
}

system_no_server() {
  warn "no local PostgreSQL server answers on port $DB_PORT: roles, database and schema are not made"
  if command -v pg_lsclusters > /dev/null && [ -z "$(pg_lsclusters -h)" ]; then
    to_do "make a PostgreSQL cluster: pg_createcluster $(basename "$(dirname "$(pg_bindir)")") main --start"
  else
    to_do "start PostgreSQL, now and at every boot: systemctl enable --now postgresql"
  fi
  to_do "then run this again: it makes roles, database and schema with the passwords of these files"
}

# system_try_role ROLE FILE: whether the role can log in with the password of that file.
system_try_role() {
  system_ask_as "$1" 'SELECT 1' > /dev/null \
    || to_do "role $1 cannot log in to database $DB_NAME on $DB_HOST with the password in $2"
}
