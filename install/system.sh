# shellcheck shell=bash
# The installation on a system. Everything that is there already stays as it is, and is named.

system_install() { # system_install yes|no: with the database or without
  [ "$(id -u)" = 0 ] || die "only root can install vmm" "sudo ./install.sh"
  # With DESTDIR a package is being built: only files, nothing of this system.
  if [ -z "$DESTDIR" ]; then
    "$ROOT/install/packages.sh" system ${BINARY:+without-}build
  fi
  system_files
  if [ -n "$DESTDIR" ]; then
    system_configuration "" "" ""
    return
  fi
  local owner postfix dovecot
  owner=$(new_password) postfix=$(new_password) dovecot=$(new_password)
  if [ "$1" = yes ] && system_database "$owner" "$postfix" "$dovecot"; then
    system_configuration "$owner" "$postfix" "$dovecot"
  else
    system_configuration "" "" ""
  fi
  system_mail
  system_next
}

system_files() {
  say "installing below $DESTDIR$PREFIX"
  install -d -m 0755 "$DESTDIR$PREFIX"/{sbin,share/vmm/sql,share/doc/vmm}
  publish "$DESTDIR$PREFIX/sbin/vmm"
  install -m 0644 "$ROOT"/sql/*.pgsql "$DESTDIR$PREFIX/share/vmm/sql"
  install -m 0644 "$ROOT"/{README.md,CHANGELOG.md,LICENSE} "$ROOT"/docs/*.md "$ROOT/etc/vmm.toml" "$DESTDIR$PREFIX/share/doc/vmm"
}

# Roles, database and schema, when a local server answers and has none of them. Fails when it did nothing.
system_database() { # system_database OWNER_PASSWORD POSTFIX_PASSWORD DOVECOT_PASSWORD
  local run=(runuser -u postgres -- psql -qXAt -v ON_ERROR_STOP=1) there
  if ! there=$(cd / && "${run[@]}" -d postgres -c "SELECT rolname FROM pg_roles WHERE rolname IN ('vmm', 'postfix', 'dovecot', 'mailsys')
      UNION ALL SELECT datname FROM pg_database WHERE datname = 'mailsys'" 2> /dev/null); then
    warn "no local PostgreSQL server answers: roles, database and schema are not made. Start it and run this again, or use --no-database."
    return 1
  fi
  if [ -n "$there" ]; then
    say "left alone: the database server has $(tr '\n' ' ' <<< "$there")already"
    return 1
  fi
  (cd / && database_roles "$1" "$2" "$3" | "${run[@]}" -d postgres)
  (cd / && "${run[@]}" -d postgres -c "CREATE DATABASE mailsys OWNER vmm ENCODING 'UTF8' TEMPLATE template0")
  # The owner loads its own schema; through standard input, since the clone may lie where postgres cannot look.
  (cd / && { echo 'SET SESSION AUTHORIZATION vmm;'; cat "$ROOT/sql/create_tables.pgsql"; } | "${run[@]}" -d mailsys -1 -f -)
  say "made: roles vmm, postfix, dovecot (group mailsys), database mailsys with its schema"
}

# An empty password means: the roles are somebody else's, the administrator fills it in.
system_configuration() { # system_configuration OWNER_PASSWORD POSTFIX_PASSWORD DOVECOT_PASSWORD
  local etc=$DESTDIR/etc map target pf
  install -d -m 0755 "$etc/vmm"
  if [ -e "$etc/vmm/vmm.toml" ]; then
    say "left alone: $etc/vmm/vmm.toml"
    system_keep_password "$etc/vmm/vmm.toml" "$1"
  else
    install -m 0640 "$ROOT/etc/vmm.toml" "$etc/vmm/vmm.toml"
    set_toml "$etc/vmm/vmm.toml" database pass "\"$1\""
  fi

  pf=$(postconf -h config_directory 2> /dev/null || echo /etc/postfix)
  install -d -m 0755 "$DESTDIR$pf"
  for map in "$ROOT"/install/postfix/pgsql-*.cf; do
    target=$DESTDIR$pf/${map##*/}
    if [ -e "$target" ]; then
      say "left alone: $target"
    else
      render "$map" "$target" 0640 "root:$(system_group postfix)" "HOSTS=localhost localhost" DBNAME=mailsys "PASSWORD=${2:-CHANGE-ME}"
    fi
  done
  system_dovecot "$3"
}

# The roles were made just now, so an older file cannot know their password.
system_keep_password() { # system_keep_password FILE OWNER_PASSWORD
  [ -n "$2" ] || return 0
  (umask 077 && printf '%s\n' "$2" > "$1.new-password")
  warn "the new role vmm has a generated password that $1 does not have yet; it is in $1.new-password"
}

system_dovecot() { # system_dovecot PASSWORD
  local source target dir=$DESTDIR/etc/dovecot
  case $(dovecot --version 2> /dev/null || echo 2.3) in
    2.[0-3]*) source="dovecot-sql.conf.ext" ;;
    *) source="vmm-sql-2.4.conf" ;;
  esac
  target=$dir/$source
  install -d -m 0755 "$dir"
  # Debian ships a dovecot-sql.conf.ext that holds nothing but comments.
  if [ -e "$target" ] && grep -qv '^[[:space:]]*\(#\|$\)' "$target"; then
    say "left alone: $target"
    return
  fi
  [ ! -e "$target" ] || mv "$target" "$target.dist"
  render "$ROOT/install/dovecot/$source" "$target" 0640 "root:$(system_group dovecot)" HOST=localhost DBNAME=mailsys "PASSWORD=${1:-CHANGE-ME}"
}

# While a package is built the group may not exist.
system_group() { if getent group "$1" > /dev/null; then echo "$1"; else echo root; fi; }

system_mail() {
  local c
  if [ ! -d /srv/mail ]; then
    install -d -m 0771 /srv/mail
  fi
  for c in {0..9} {a..z}; do
    [ -d "/srv/mail/$c" ] || install -d -m 0751 "/srv/mail/$c"
  done
}

system_next() {
  cat <<TEXT
vmm is installed: $PREFIX/sbin/vmm
  configuration   /etc/vmm/vmm.toml
  next            docs/postfix.md and docs/dovecot.md tell what to add to main.cf and dovecot.conf
                  (also in $PREFIX/share/doc/vmm), then: vmm domainadd example.com
TEXT
  ! grep -qs 'CHANGE-ME' /etc/postfix/pgsql-*.cf /etc/dovecot/*sql*.conf* \
    || say "  to do           put the passwords of the database roles where CHANGE-ME stands, and into vmm.toml"
}

system_uninstall() {
  rm -f "$DESTDIR$PREFIX/sbin/vmm"
  rm -rf "$DESTDIR$PREFIX/share/vmm" "$DESTDIR$PREFIX/share/doc/vmm"
  say "removed: program and documentation below $DESTDIR$PREFIX"
  say "left: /etc/vmm, the maps in Postfix's and Dovecot's configuration, the database, and the mail in /srv/mail"
}
