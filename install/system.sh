# shellcheck shell=bash
# The installation on a system. Everything that is there already stays as it is, and is named.

TODO=()                 # what the administrator has to do, told at the end
PLACEHOLDER=CHANGE-ME   # stands for the passwords in a package, which cannot have any

system_install() { # system_install yes|no: with the database or without
  [ -n "$DESTDIR" ] || [ "$(id -u)" = 0 ] || die "only root can install vmm" "sudo ./install.sh"
  # With DESTDIR a package is being built: only files, nothing of this system.
  if [ -z "$DESTDIR" ]; then
    "$ROOT/install/packages.sh" system ${BINARY:+without-}build
  fi
  system_files
  # The passwords are in the files before a role has them, so that no interruption loses one.
  system_configuration
  [ -z "$DESTDIR" ] || return 0
  system_mail
  if [ "$1" = yes ]; then
    system_database
  else
    TODO+=("the database is left alone: it needs the roles vmm, postfix and dovecot (group mailsys) with the passwords of these files,"
      "the database $DB_NAME of owner vmm, and in it $PREFIX/share/vmm/sql/create_tables.pgsql")
  fi
  system_next
}

system_files() {
  local file
  say "installing below $DESTDIR$PREFIX"
  install -d -m 0755 "$DESTDIR$PREFIX"/{sbin,share/vmm/sql,share/doc/vmm}
  publish "$DESTDIR$PREFIX/sbin/vmm"
  install -m 0644 "$ROOT"/sql/*.pgsql "$DESTDIR$PREFIX/share/vmm/sql"
  for file in "$ROOT"/{README.md,CHANGELOG.md,LICENSE,etc/vmm.toml} "$ROOT"/docs/*.md; do
    [ ! -f "$file" ] || install -m 0644 "$file" "$DESTDIR$PREFIX/share/doc/vmm"
  done
  system_help_files | while IFS=$'\t' read -r file target; do
    install -D -m 0644 "$ROOT/$file" "$DESTDIR$target"
  done
}

# What man and the shells read, and from where: source and target, a tab between. bash-completion, zsh and man look below /usr/local too; fish does
# not, but has a directory for the administrator's own.
system_help_files() {
  local fish=/etc/fish/completions
  [ "$PREFIX" != /usr ] || fish=/usr/share/fish/vendor_completions.d
  printf '%s\t%s\n' \
    man/vmm.1 "$PREFIX/share/man/man1/vmm.1" \
    man/vmm.toml.5 "$PREFIX/share/man/man5/vmm.toml.5" \
    completions/vmm.bash "$PREFIX/share/bash-completion/completions/vmm" \
    completions/_vmm "$PREFIX/share/zsh/site-functions/_vmm" \
    completions/vmm.fish "$fish/vmm.fish"
}

# shellcheck disable=SC2034 # read in system-database.sh
# Sets OWNER_PASSWORD, POSTFIX_PASSWORD, DOVECOT_PASSWORD and DB_*: what the files say, those of an administrator too.
system_configuration() {
  local toml=$DESTDIR/etc/vmm/vmm.toml
  OWNER_PASSWORD=$PLACEHOLDER
  install -d -m 0755 "${toml%/*}"
  if [ -e "$toml" ]; then
    say "left alone: $toml"
  else
    [ -n "$DESTDIR" ] || OWNER_PASSWORD=$(new_password)
    toml_set database pass "\"$OWNER_PASSWORD\"" < "$ROOT/etc/vmm.toml" | write_new "$toml" 0640 root:root
    system_offer_old_configuration
  fi
  OWNER_PASSWORD=$(toml_get "$toml" database pass '')
  DB_HOST=$(toml_get "$toml" database host localhost) DB_PORT=$(toml_get "$toml" database port 5432)
  DB_NAME=$(toml_get "$toml" database name mailsys) DB_USER=$(toml_get "$toml" database user vmm)
  MAIL=$(toml_get "$toml" misc base_directory /srv/mail)
  system_postfix
  system_dovecot
  [ "$DB_PORT" = 5432 ] || TODO+=("vmm.toml has port $DB_PORT: Postfix's and Dovecot's files need it too")
}

# Where vmm 0.3 to 0.7 had it, and Debian's has it.
system_offer_old_configuration() {
  local old
  [ -z "$DESTDIR" ] || return 0
  for old in /etc/vmm/vmm.cfg /root/vmm.cfg /usr/local/etc/vmm.cfg /etc/vmm.cfg; do
    if [ -f "$old" ]; then
      TODO+=("to go on with the settings of an older vmm: $PREFIX/sbin/vmm upgrade --from-config $old --overwrite, then run this again")
      return
    fi
  done
}

# shellcheck disable=SC2034 # read in system-database.sh
system_postfix() {
  local map target dir host=$DB_HOST
  dir=$DESTDIR$(postconf -h config_directory 2> /dev/null || echo /etc/postfix)
  case $host in /*) host=unix:$host ;; esac
  install -d -m 0755 "$dir"
  POSTFIX_PASSWORD=$(first_password "$dir"/pgsql-*.cf)
  for map in "$ROOT"/install/postfix/pgsql-*.cf; do
    target=$dir/${map##*/}
    if [ -e "$target" ]; then
      say "left alone: $target"
    else
      render "$map" "$target" 0640 "root:$(system_group postfix)" "HOSTS=$host $host" "DBNAME=$DB_NAME" "PASSWORD=$POSTFIX_PASSWORD"
    fi
  done
  POSTFIX_FILES="$dir/pgsql-*.cf"
}

system_dovecot() {
  local source dir=$DESTDIR/etc/dovecot
  source=$(dovecot_sql_file)
  DOVECOT_FILE=$dir/$source
  install -d -m 0755 "$dir"
  # Debian ships a dovecot-sql.conf.ext that holds nothing but comments.
  if [ -e "$DOVECOT_FILE" ] && grep -qv '^[[:space:]]*\(#\|$\)' "$DOVECOT_FILE"; then
    say "left alone: $DOVECOT_FILE"
    DOVECOT_PASSWORD=$(first_password "$DOVECOT_FILE")
    return
  fi
  DOVECOT_PASSWORD=$(first_password)
  [ ! -e "$DOVECOT_FILE" ] || cp -p "$DOVECOT_FILE" "$DOVECOT_FILE.dist"
  render "$ROOT/install/dovecot/$source" "$DOVECOT_FILE" 0640 "root:$(system_group dovecot)" "HOST=$DB_HOST" "DBNAME=$DB_NAME" \
    "PASSWORD=$DOVECOT_PASSWORD"
}

# first_password FILE...: the one that the files which are there have, which may be none; a new one where there is no file.
first_password() {
  local file found
  for file in "$@"; do
    [ -e "$file" ] || continue
    # In a URI, as 'vmm mailconfig' writes it for Postfix 3.10, signs are written as %20.
    found=$(sed -nE -e "s/^([^#]*[[:space:]])?password ?= ?'?([^' ]+).*/\2/p" -e 's|^hosts = postgresql://[^:@ ]*:([^@ ]+)@.*|uri:\1|p' "$file" | head -n 1)
    case $found in uri:*) found=${found#uri:} found=$(printf '%b' "${found//%/\\x}") ;; esac
    printf '%s\n' "$found"
    return
  done
  if [ -n "$DESTDIR" ]; then echo $PLACEHOLDER; else new_password; fi
}

# While a package is built the group may not exist.
system_group() { if getent group "$1" > /dev/null; then echo "$1"; else echo root; fi; }

system_mail() {
  local c
  [ -d "$MAIL" ] || install -d -m 0771 "$MAIL"
  for c in {0..9} {a..z}; do
    [ -d "$MAIL/$c" ] || install -d -m 0751 "$MAIL/$c"
  done
}

system_next() {
  cat <<TEXT
vmm is installed: $PREFIX/sbin/vmm
  configuration   /etc/vmm/vmm.toml
  next            vmm mailconfig --install makes Postfix and Dovecot use it (docs/postfix.md and docs/dovecot.md,
                  also in $PREFIX/share/doc/vmm), then: vmm domainadd example.com
TEXT
  # Debian starts what it installs, but not what install/packages.sh did.
  local unit off=()
  for unit in postgresql postfix dovecot; do
    if [ -d /run/systemd/system ] && ! systemctl --quiet is-enabled "$unit" > /dev/null 2>&1; then off+=("$unit"); fi
  done
  [ ${#off[@]} = 0 ] || TODO+=("start the services, now and at every boot: systemctl enable --now ${off[*]}")
  [ ${#TODO[@]} = 0 ] || printf '  to do           %s\n' "${TODO[@]}"
}

system_uninstall() {
  [ -n "$DESTDIR" ] || [ "$(id -u)" = 0 ] || die "only root can remove vmm" "sudo ./install.sh --uninstall"
  local target
  rm -f "$DESTDIR$PREFIX/sbin/vmm"
  while IFS=$'\t' read -r _ target; do rm -f "$DESTDIR$target"; done < <(system_help_files)
  rm -rf "$DESTDIR$PREFIX/share/vmm" "$DESTDIR$PREFIX/share/doc/vmm"
  say "removed: program, manual, completions and documentation below $DESTDIR$PREFIX"
  say "left: /etc/vmm, the maps in Postfix's and Dovecot's configuration, the database, and the mail"
}
