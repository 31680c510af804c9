# shellcheck shell=bash
# The trial: a whole mail server in one directory, that touches nothing of the system's.
#   DIR   what people see: bin/vmm, env, and the mark that this is ours to start, stop and remove
#   RUN   the running part; DIR itself, or a directory below /var/lib where the services could not live in DIR

MARKER=.vmm-trial          # in DIR; holds the path of RUN
LONGEST_SOCKET=45          # characters behind the running part's path, of the 107 that a Unix socket path may have

# trial DIR PORT_BASE: builds one, or starts the one that is there.
trial() {
  local dir=$1
  [ "$(id -u)" = 0 ] || die "a mail server needs root" "sudo ./install.sh --trial"
  require_ids
  [[ $dir != *[[:cntrl:]]* ]] \
    || die "the trial's directory has a control character in its name" "Name another directory: ./install.sh --trial DIR"
  if trial_find "$dir"; then
    if [ -f "$RUN/ready" ]; then
      trial_again "$dir" "${2:-}"
      return
    fi
    say "the trial in $dir was never finished, and is built anew"
    trial_remove "$dir"
  fi
  [ ! -e "$dir" ] || { [ -d "$dir" ] && [ -z "$(ls -A "$dir")" ]; } \
    || die "'$dir' is not empty and not a trial" "Name another directory: ./install.sh --trial DIR"
  trial_ports "${2:-}"
  require_build
  say "building a trial in $dir"
  # shellcheck disable=SC2064 # the directory as it is now
  trap "trial_unfinished $(quote "$dir")" EXIT
  "$ROOT/install/packages.sh" trial ${BINARY:+without-}build
  trial_build "$dir"
  trial_start
  trial_main_job "$dir"
  touch "$RUN/ready"
  trap - EXIT
  trial_explain "$dir"
}

# trial_again DIR PORT_BASE: starts the same world, with accounts and mail still in it.
trial_again() {
  [ "$PLACE" = "$1" ] || die "the trial in '$1' was built in '$PLACE', and its files name that place" \
    "Move it back, or remove it and build one: ./install.sh --trial-remove $(word "$1")"
  [ -z "$2" ] || [ "$2" = "$SMTP" ] || die "the trial in '$1' is built already, with SMTP on port $SMTP" \
    "Start it without --port-base, or remove it first: ./install.sh --trial-remove $(word "$1")"
  if trial_running postgres && trial_running dovecot && trial_running postfix; then
    say "the trial in $1 is running"
  else
    say "starting the trial in $1"
  fi
  trial_start
  trial_explain "$1"
}

# trial_unfinished DIR: what can be done with it.
trial_unfinished() {
  [ -f "$1/$MARKER" ] || return 0
  printf '\ninstall.sh: the trial is not finished. To build it anew:  ./install.sh --trial %s\n' "$(word "$1")" >&2
  printf 'install.sh: to stop and remove what there is of it:      ./install.sh --trial-remove %s\n' "$(word "$1")" >&2
}

# trial_find DIR: sets RUN and, once they are known, PLACE (the DIR it was built for) and the ports. Fails when there is no trial.
trial_find() {
  [ -f "$1/$MARKER" ] || return 1
  RUN=$(<"$1/$MARKER")
  PLACE=$1
  # A trial that was moved or copied is where it is now.
  [[ $RUN == /var/lib/vmm-trial-* ]] || RUN=$1
  # shellcheck disable=SC1091 # written by trial_build
  [ ! -f "$RUN/ports" ] || . "$RUN/ports"
}

# trial_ports BASE: sets PORTS.
trial_ports() {
  local port
  if [ -n "$1" ]; then
    if ! [[ $1 =~ ^[0-9]{4,5}$ ]] || [ "$1" -lt 1024 ] || [ "$1" -gt 65500 ]; then
      die "--port-base takes a number from 1024 to 65500"
    fi
    PORTS=("$1" $(($1 + 1)) $(($1 + 2)) $(($1 + 3)) $(($1 + 4)))
  else
    PORTS=(2525 2587 1143 1110 14190)
  fi
  for port in "${PORTS[@]}"; do
    ! trial_port_taken "$port" || die "port $port is in use" \
      "Choose five others with --port-base N (SMTP N, submission N+1, IMAP N+2, POP3 N+3, ManageSieve N+4)."
  done
}

trial_port_taken() { (exec 3<> "/dev/tcp/127.0.0.1/$1") 2> /dev/null; }

# trial_place DIR: sets RUN. The services run under users of their own, which must be able to reach their files, and
# configuration files cannot name every path.
trial_place() {
  local why=
  install -d -m 0755 "$1"
  RUN=$1
  if ! [[ $RUN =~ ^[A-Za-z0-9_./+-]+$ ]]; then
    why="its path has characters that Postfix's configuration cannot hold"
  elif [ $((${#RUN} + LONGEST_SOCKET)) -gt 107 ]; then
    why="its path is too long for a socket"
  elif ! runuser -u nobody -- test -x "$RUN"; then
    why="the services' users cannot enter it"
  elif findmnt -n -o OPTIONS --target "$RUN" | grep -qwE 'nosuid|noexec'; then
    why="its file system does not let programs run"
  fi
  until [ -z "$why" ] || [ ! -e "$RUN" ]; do
    RUN=$(new_password) RUN=/var/lib/vmm-trial-${RUN:0:8}
  done
  # First the mark, then what it stands for: whatever interrupts us, --trial-remove finds it all.
  printf '%s\n' "$RUN" > "$1/$MARKER"
  [ -n "$why" ] || return 0
  mkdir -m 0755 "$RUN"
  ln -s "$RUN" "$1/world"
  ln -s world/mail "$1/mail"
  ok
  say "  the running part lies in $RUN, for $1 does not suit: $why"
  step "places, continued"
}

# trial_build DIR: everything but starting it.
trial_build() {
  step "places"
  trial_place "$1"
  printf 'PLACE=%s\nSMTP=%s SUBMISSION=%s IMAP=%s POP3=%s SIEVE=%s\n' "$(quote "$1")" "${PORTS[@]}" > "$RUN/ports"
  # shellcheck disable=SC1091 # just written
  . "$RUN/ports"
  install -d -m 0755 "$RUN"/{log,lda,share} "$RUN"/dovecot{,/conf.d,/run,/state} "$RUN"/postfix{,/etc,/queue} "$1/bin"
  install -d -m 0755 -o postfix -g root "$RUN/postfix/data"
  install -d -m 0771 "$RUN/mail"
  install -d -m 0751 "$RUN"/mail/{0,1,2,3,4,5,6,7,8,9,a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t,u,v,w,x,y,z}
  ok
  if [ -n "$BINARY" ]; then
    step "the program (given)"
  elif built_program > /dev/null; then
    step "the program (built already)"
  else
    step "the program (built, which takes some minutes)"
  fi
  publish "$RUN/share/vmm"
  ok
  trial_database
  trial_configuration "$1"
}

# trial_psql USER DATABASE [OPTION...]: SQL from standard input.
trial_psql() {
  (cd / && PGPASSWORD=${OWNER_PASSWORD:-} runuser -u postgres --preserve-environment -- \
    "$(pg_bindir)/psql" -h "$RUN/pg" -U "$1" -d "$2" -qXAt -v ON_ERROR_STOP=1 "${@:3}" -f -)
}

trial_database() {
  step "PostgreSQL, with roles, database and schema"
  local bin
  bin=$(pg_bindir)
  install -d -m 0755 -o postgres -g postgres "$RUN/pg"
  (cd / && runuser -u postgres -- "$bin/initdb" -D "$RUN/pg/data" -E UTF8 --locale=C.UTF-8 -A peer > "$RUN/log/initdb.log" 2>&1) \
    || trial_failed "initdb failed" "$RUN/log/initdb.log"
  printf 'local all postgres peer\nlocal all all scram-sha-256\n' > "$RUN/pg/data/pg_hba.conf"
  # Shared memory as files of the data directory: nothing remains elsewhere, whatever ends the server.
  cat >> "$RUN/pg/data/postgresql.conf" <<CONF
listen_addresses = ''
unix_socket_directories = '$RUN/pg'
password_encryption = 'scram-sha-256'
dynamic_shared_memory_type = mmap
CONF
  trial_start_database
  OWNER_PASSWORD=$(new_password) POSTFIX_PASSWORD=$(new_password) DOVECOT_PASSWORD=$(new_password)
  {
    echo "CREATE ROLE mailsys NOLOGIN;"
    sql_role CREATE vmm "$OWNER_PASSWORD"
    sql_role CREATE postfix "$POSTFIX_PASSWORD"
    sql_role CREATE dovecot "$DOVECOT_PASSWORD"
    echo "GRANT mailsys TO postfix, dovecot;"
    echo "CREATE DATABASE mailsys OWNER vmm ENCODING 'UTF8';"
  } | trial_psql postgres postgres
  schema_sql | trial_psql vmm mailsys -1
  ok
}

# trial_configuration DIR: of Postfix, Dovecot and vmm, and the programs that are bound to it.
trial_configuration() {
  step "configuration of Postfix, Dovecot and vmm"
  local trial=trial.conf program values=("RUN=$RUN" "SMTP=$SMTP" "SUBMISSION=$SUBMISSION" "IMAP=$IMAP" "POP3=$POP3" "SIEVE=$SIEVE")
  render "$ROOT/install/postfix/main.cf" "$RUN/postfix/etc/main.cf" 0644 root:root "${values[@]}"
  render "$ROOT/install/postfix/master.cf" "$RUN/postfix/etc/master.cf" 0644 root:root "${values[@]}"
  [ "$(dovecot_series)" = 2.3 ] || trial=trial-$(dovecot_series).conf
  render "$ROOT/install/dovecot/$trial" "$RUN/dovecot/dovecot.conf" 0644 root:root "${values[@]}"
  install -m 4750 -o root -g mail /usr/lib/dovecot/dovecot-lda "$RUN/lda/deliver"

  write_new "$1/bin/vmm" 0755 root:root <<LAUNCHER
#!/bin/sh
# vmm, bound to this trial, unless the caller names another configuration.
export VMM_CONFIG="\${VMM_CONFIG:-$RUN/vmm.toml}"
exec '$RUN/share/vmm' "\$@"
LAUNCHER
  write_new "$RUN/share/doveadm" 0755 root:root <<LAUNCHER
#!/bin/sh
# doveadm, for the Dovecot of this trial.
exec /usr/bin/doveadm -c '$RUN/dovecot/dovecot.conf' "\$@"
LAUNCHER
  write_new "$RUN/share/doveconf" 0755 root:root <<LAUNCHER
#!/bin/sh
# doveconf, for the Dovecot of this trial.
exec /usr/bin/doveconf -c '$RUN/dovecot/dovecot.conf' "\$@"
LAUNCHER
  # vmm looks for the others beside postconf.
  for program in postconf postmap postqueue postfix; do
    write_new "$RUN/share/$program" 0755 root:root <<LAUNCHER
#!/bin/sh
# $program, for the Postfix of this trial.
exec /usr/sbin/$program -c '$RUN/postfix/etc' "\$@"
LAUNCHER
  done
  write_new "$RUN/share/sendmail" 0755 root:root <<LAUNCHER
#!/bin/sh
# sendmail, for the Postfix of this trial.
exec /usr/sbin/sendmail -C '$RUN/postfix/etc' "\$@"
LAUNCHER
  trial_settings "$1/bin/vmm"
  trial_mailconfig "$1/bin/vmm"
  write_new "$1/env" 0600 root:root <<ENV
# To work with the trial:  . $(word "$1/env")
export VMM_CONFIG='$RUN/vmm.toml'
export PGHOST='$RUN/pg' PGPORT=5432 PGDATABASE=mailsys PGUSER=vmm PGPASSWORD='$OWNER_PASSWORD'
export VMM_TRIAL_SMTP=$SMTP VMM_TRIAL_SUBMISSION=$SUBMISSION VMM_TRIAL_IMAP=$IMAP VMM_TRIAL_POP3=$POP3 VMM_TRIAL_SIEVE=$SIEVE
export VMM_TRIAL_RUN='$RUN'
export PATH=$(quote "$1/bin"):"\$PATH"
ENV
  ok
}

# trial_settings PROGRAM: writes vmm.toml as an administrator does. Only the log's place is in it from the beginning, since
# the log has each of these changes.
trial_settings() {
  local settings=(
    database.host "$RUN/pg"
    domain.auto_postmaster false
    misc.base_directory "$RUN/mail"
    bin.doveadm "$RUN/share/doveadm"
    bin.doveconf "$RUN/share/doveconf"
    bin.postconf "$RUN/share/postconf"
    bin.sendmail "$RUN/share/sendmail"
    check.state_file "$RUN/state/check.json"
    housekeeping.state_file "$RUN/state/housekeeping.json"
  )
  system_new_toml | sed "s|^#file = .*|file = \"$RUN/log/vmm.log\"|" \
    | write_new "$RUN/vmm.toml" 0640 root:root
  {
    printf '%s' "$OWNER_PASSWORD" | "$1" configset database.pass - && printf '%s\n' "${settings[@]}" | xargs -n 2 "$1" configset
  } > "$RUN/log/configset.log" 2>&1 || trial_failed "vmm configset failed" "$RUN/log/configset.log"
  rm -f "$RUN/vmm.toml.bak"
}

# trial_mailconfig PROGRAM: writes all that Postfix and Dovecot know of vmm, as on any machine.
# Its submission service is in master.cf already, without restrictions.
trial_mailconfig() {
  local status=0
  write_new "$RUN/postfix-password" 0600 root:root <<< "$POSTFIX_PASSWORD"
  write_new "$RUN/dovecot-password" 0600 root:root <<< "$DOVECOT_PASSWORD"
  "$1" mailconfig --install --replace --postfix-directory "$RUN/postfix/etc" --dovecot-directory "$RUN/dovecot" \
    --postfix-password-file "$RUN/postfix-password" --dovecot-password-file "$RUN/dovecot-password" \
    < /dev/null > "$RUN/log/mailconfig.log" 2>&1 || status=$?
  rm "$RUN/postfix-password" "$RUN/dovecot-password"
  [ "$status" = 0 ] || trial_failed "vmm mailconfig --install failed" "$RUN/log/mailconfig.log"
}
