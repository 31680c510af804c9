# shellcheck shell=bash
# The installation on a system. Everything that is there already stays as it is, and is named.

TODO=()                 # what the administrator has to do, told at the end
PLACEHOLDER=CHANGE-ME   # stands for the passwords in a package, which cannot have any

# to_do TEXT...: adds to what is told at the end.
to_do() { TODO+=("$@"); }

# system_install yes|no: with the database or without.
system_install() {
  [ -n "$DESTDIR" ] || [ "$(id -u)" = 0 ] || die "only root can install vmm" "sudo ./install.sh"
  # With DESTDIR a package is being built: only files, nothing of this system. Who has configured vmm may have a database that
  # gives out lower numbers; of those 'vmm check' tells.
  if [ -z "$DESTDIR" ] && [ ! -e /etc/vmm/vmm.toml ]; then require_ids; fi
  require_build
  if [ -z "$DESTDIR" ]; then
    "$ROOT/install/packages.sh" system ${BINARY:+without-}build
  fi
  system_files
  # The passwords are in the files before a role has them, so that no interruption loses one.
  system_configuration
  system_queries
  [ -z "$DESTDIR" ] || return 0
  system_mail
  if [ "$1" = yes ]; then
    system_database
  else
    to_do "the database is left alone: it needs the roles vmm, postfix, dovecot (group mailsys) with these files' passwords," \
      "the database $(system_setting database.name) of owner vmm, and in it $PREFIX/share/vmm/sql/create_tables.pgsql"
  fi
  system_next
}

system_files() {
  local file
  say "installing below $DESTDIR$PREFIX"
  install -d -m 0755 "$DESTDIR$PREFIX"/{sbin,share/vmm/sql,share/doc/vmm}
  if [ -z "${BINARY:-}" ]; then
    if built_program > /dev/null; then
      say "not built again: nothing has changed since the program was built"
    else
      say "building the program, which takes some minutes"
    fi
  fi
  publish "$DESTDIR$PREFIX/sbin/vmm"
  install -m 0644 "$ROOT"/sql/*.pgsql "$DESTDIR$PREFIX/share/vmm/sql"
  for file in "$ROOT"/{README.md,CHANGELOG.md,LICENSE,etc/vmm.toml} "$ROOT"/docs/*.md; do
    [ ! -f "$file" ] || install -m 0644 "$file" "$DESTDIR$PREFIX/share/doc/vmm"
  done
  system_help_files | while IFS=$'\t' read -r file target; do
    install -D -m 0644 "$ROOT/$file" "$DESTDIR$target"
  done
  system_units
}

# The service and the timer of 'vmm housekeeping'. Nothing enables them.
system_units() {
  local unit dir
  dir=$DESTDIR$(system_unit_directory)
  install -d -m 0755 "$dir"
  for unit in "$ROOT"/install/systemd/*; do
    render "$unit" "$dir/${unit##*/}" 0644 root:root "SBIN=$PREFIX/sbin"
  done
  system_reload_units
}

# systemd looks below /usr and /usr/local; for another prefix in the administrator's own directory.
system_unit_directory() {
  case $PREFIX in
    /usr | /usr/local) printf '%s\n' "$PREFIX/lib/systemd/system" ;;
    *) printf '%s\n' /etc/systemd/system ;;
  esac
}

# Where systemd is not at work, as in many containers, there is nothing to tell.
system_reload_units() {
  if [ -z "$DESTDIR" ] && [ -d /run/systemd/system ]; then systemctl daemon-reload > /dev/null 2>&1 || :; fi
}

# What man and the shells read, and from where: source and target, a tab between. bash-completion, zsh and man look below
# /usr/local too; fish does not, but has a directory for the administrator's own.
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

# system_vmm ARGUMENT...: the program that was just installed. It runs as root only; an ordinary user who builds a package is
# root in a namespace of their own.
system_vmm() {
  local as_root=()
  [ "$(id -u)" = 0 ] || as_root=(unshare --map-root-user)
  "${as_root[@]}" "$DESTDIR$PREFIX/sbin/vmm" "$@"
}

# system_setting SECTION.OPTION: the value in force.
system_setting() {
  local line
  line=$(system_vmm --config "$DESTDIR/etc/vmm/vmm.toml" configget "$1" < /dev/null) || return
  printf '%s\n' "${line#* = }"
}

# What a new installation has, and an upgraded one has not.
system_new_toml() {
  sed 's/^#on_delete = .*/on_delete = "trash"/' "$ROOT/etc/vmm.toml"
}

# vmm.toml, which appears with its password or not at all.
system_configuration() {
  local toml=$DESTDIR/etc/vmm/vmm.toml
  install -d -m 0755 "${toml%/*}"
  if [ -e "$toml" ]; then
    say "left alone: $toml"
    system_setting database.name > /dev/null || die "vmm cannot use $toml" "Correct it, then run this again."
  elif [ -n "$DESTDIR" ]; then
    system_new_toml | sed "s/^#pass = .*/pass = \"$PLACEHOLDER\"/" | write_new "$toml" 0640 root:root
  else
    system_new_toml | write_new "$toml.new" 0640 root:root
    new_password | system_vmm --config "$toml.new" configset database.pass - || { rm -f "$toml.new"; die "vmm configset failed"; }
    # configset keeps what was there before.
    rm -f "$toml.new.bak"
    mv -f "$toml.new" "$toml"
    system_offer_old_configuration
  fi
}

# Where vmm 0.3 to 0.7 had it, and Debian's has it.
system_offer_old_configuration() {
  local old
  local command="$PREFIX/sbin/vmm upgrade --from-config"
  for old in /etc/vmm/vmm.cfg /root/vmm.cfg /usr/local/etc/vmm.cfg /etc/vmm.cfg; do
    if [ -f "$old" ]; then
      to_do "to go on with the settings of an older vmm: $command $old --overwrite, then run this again"
      return
    fi
  done
}

# The files that tell Postfix and Dovecot how to ask the database, as 'vmm mailconfig' prints them; those that are missing are
# written. Nothing refers to them yet: that is for 'vmm mailconfig --install', which changes files of the administrator. The
# maps are those of the installed Postfix, so that it finds nothing to replace; for a package those of 3.7, which every Postfix can
# read.
system_queries() {
  local rest part dirs=("$(system_directory postfix)" "$(system_directory dovecot)")
  install -d -m 0755 "${dirs[@]}"
  rest=$(system_vmm --config "$DESTDIR/etc/vmm/vmm.toml" mailconfig --show-secrets \
    --postfix-version "$(postfix_series)" --postfix-directory "${dirs[0]}" --postfix-password-file <(system_password postfix) \
    --dovecot-version "$(dovecot_series)" --dovecot-directory "${dirs[1]}" --dovecot-password-file <(system_password dovecot) \
    < /dev/null) || die "vmm mailconfig failed"
  # Each part begins with an empty line and '### PATH: OWNER, ...'. Those with a password are of root and the program's group.
  while [[ $rest == *$'\n\n### '* ]]; do
    rest=${rest#*$'\n\n### '}
    part=${rest%%$'\n\n### '*}
    if [[ ${part%%$'\n'*} =~ ^(/.*)': root:'(postfix|dovecot), ]]; then
      system_add_file "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}" <<< "${part#*$'\n'}"
    fi
  done
}

# postfix_series: the first two numbers of the installed Postfix's version, or 3.7 where vmm does not know it.
postfix_series() {
  local version=
  [ -n "$DESTDIR" ] || version=$(postconf -d -h mail_version 2> /dev/null) || :
  case $version in
    3.[789].* | 3.10.*) printf '%s\n' "${version%.*}" ;;
    *) echo 3.7 ;;
  esac
}

# system_add_file TARGET GROUP: standard input, unless there is something already. Debian ships a dovecot-sql.conf.ext that
# holds nothing but comments.
system_add_file() {
  if is_written "$1"; then
    say "left alone: $1"
    return
  fi
  [ ! -e "$1" ] || cp -p "$1" "$1.dist"
  # While a package is built the group may not exist.
  if getent group "$2" > /dev/null; then write_new "$1" 0640 "root:$2"; else write_new "$1" 0640 root:root; fi
}

# is_written FILE: whether it holds more than comments.
is_written() { grep -qsv '^[[:space:]]*\(#\|$\)' "$1"; }

# system_directory postfix|dovecot: where its configuration is.
system_directory() {
  case $1 in
    postfix) printf '%s\n' "$DESTDIR$(postconf -h config_directory 2> /dev/null || echo /etc/postfix)" ;;
    dovecot) printf '%s\n' "$DESTDIR/etc/dovecot" ;;
  esac
}

# system_password ROLE: the one that the role's files have, which may be none; a new one where there is no file. vmm tells
# nobody the one of vmm.toml; 'pass' is a key of the section for the database only.
system_password() {
  local file files dir
  case $1 in
    postfix) dir=$(system_directory postfix) files=("$dir"/pgsql-*.cf) ;;
    dovecot)
      dir=$(system_directory dovecot) files=("$dir"/{dovecot-sql,vmm-dict-sql}.conf.ext)
      [ "$(dovecot_series)" = 2.3 ] || files=("$dir/vmm-sql-2.4.conf" "${files[@]}") ;;
    *)
      sed -nE "s/^[[:space:]]*pass[[:space:]]*=[[:space:]]*(\"([^\"]*)\"|'([^']*)').*/\2\3/p" "$DESTDIR/etc/vmm/vmm.toml"
      return ;;
  esac
  for file in "${files[@]}"; do
    if is_written "$file"; then
      file_password "$file"
      return
    fi
  done
  if [ -n "$DESTDIR" ]; then echo "$PLACEHOLDER"; else new_password; fi
}

# file_password FILE: of a file of Postfix or Dovecot. In a URI, as 'vmm mailconfig' writes it for Postfix 3.10, signs are
# written as %20.
file_password() {
  local found
  found=$(sed -nE -e "s/^([^#]*[[:space:]])?password ?= ?'?([^' ]+).*/\2/p" \
    -e 's|^hosts = postgresql://[^:@ ]*:([^@ ]+)@.*|uri:\1|p' "$1" | head -n 1)
  case $found in uri:*) found=${found#uri:} found=$(printf '%b' "${found//%/\\x}") ;; esac
  printf '%s\n' "$found"
}

system_mail() {
  local mail c
  mail=$(system_setting misc.base_directory)
  [ -d "$mail" ] || install -d -m 0771 "$mail"
  for c in {0..9} {a..z}; do
    [ -d "$mail/$c" ] || install -d -m 0751 "$mail/$c"
  done
}

# What is left to do, numbered in the order in which to do it: what was found on the way first, then the servers.
system_next() {
  local unit step number=0 off=()
  cat <<TEXT
vmm is installed: $PREFIX/sbin/vmm
  configuration   /etc/vmm/vmm.toml
TEXT
  # Nothing is missing, and only the usual steps are left.
  if [ ${#TODO[@]} = 0 ]; then say "  next, in this order:"; else say "  to do, in this order:"; fi
  # Debian starts what it installs, but not what install/packages.sh did. Postfix and Dovecot can wait for their configuration.
  for unit in postfix dovecot; do
    if [ -d /run/systemd/system ] && ! systemctl --quiet is-enabled "$unit" > /dev/null 2>&1; then off+=("$unit"); fi
  done
  if [ -d /run/systemd/system ] && [[ "${TODO[*]}" != *"start PostgreSQL"* ]] \
    && ! systemctl --quiet is-enabled postgresql > /dev/null 2>&1; then
    printf '  %d. %s\n' $((++number)) "start PostgreSQL, now and at every boot: systemctl enable --now postgresql"
  fi
  for step in "${TODO[@]}"; do printf '  %d. %s\n' $((++number)) "$step"; done
  for step in \
    "make Postfix and Dovecot use it: vmm mailconfig --install (docs/postfix.md, docs/dovecot.md; in $PREFIX/share/doc/vmm too)" \
    ${off[0]+"start them, now and at every boot: systemctl enable --now ${off[*]}"} \
    "add your first domain: vmm domainadd example.com" \
    "purge, prune and check each night, if you like: systemctl enable --now vmm-housekeeping.timer (docs/housekeeping.md)"; do
    printf '  %d. %s\n' $((++number)) "$step"
  done
}

# Also what enabled the timer: it would refer to nothing.
system_remove_units() {
  local unit dir
  dir=$DESTDIR$(system_unit_directory)
  if [ -z "$DESTDIR" ]; then
    if [ -d /run/systemd/system ]; then systemctl --quiet stop vmm-housekeeping.timer > /dev/null 2>&1 || :; fi
    rm -f /etc/systemd/system/timers.target.wants/vmm-housekeeping.timer
  fi
  for unit in "$ROOT"/install/systemd/*; do rm -f "$dir/${unit##*/}"; done
  system_reload_units
}

system_uninstall() {
  [ -n "$DESTDIR" ] || [ "$(id -u)" = 0 ] || die "only root can remove vmm" "sudo ./install.sh --uninstall"
  local target
  system_remove_units
  rm -f "$DESTDIR$PREFIX/sbin/vmm"
  while IFS=$'\t' read -r _ target; do rm -f "$DESTDIR$target"; done < <(system_help_files)
  rm -rf "$DESTDIR$PREFIX/share/vmm" "$DESTDIR$PREFIX/share/doc/vmm"
  say "removed: program, manual, completions, documentation and timer below $DESTDIR$PREFIX"
  say "left: /etc/vmm, the maps in Postfix's and Dovecot's configuration, the database, and the mail"
}
