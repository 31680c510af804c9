# shellcheck shell=bash
# The trial: a whole mail server in one directory, that touches nothing of the system's.

MARKER=.vmm-trial          # in DIR: this is ours to start, stop and remove; holds the path of the running part
LONGEST_SOCKET=45          # characters behind the running part's path, of the 107 that a Unix socket path may have

trial() { # trial DIR PORT_BASE
  local dir
  dir=$(realpath -m "$1")
  [ "$(id -u)" = 0 ] || die "a mail server needs root" "sudo ./install.sh --trial"
  if [ -f "$dir/$MARKER" ]; then
    RUN=$(<"$dir/$MARKER")
    # shellcheck disable=SC1090,SC1091 # written by this script
    . "$RUN/ports"
    say "starting the trial in $dir"
    trial_start
    trial_explain "$dir"
    return
  fi
  [ ! -e "$dir" ] || [ -z "$(ls -A "$dir")" ] || die "'$dir' is not empty and not a trial" "Name another directory: ./install.sh --trial DIR"
  trial_ports "${2:-}"
  say "building a trial in $dir"
  "$ROOT/install/packages.sh" trial ${BINARY:+without-}build
  trial_build "$dir"
  trial_start
  trial_main_job "$dir"
  trial_explain "$dir"
}

trial_ports() { # trial_ports BASE
  if [ -n "$1" ]; then
    if ! [[ $1 =~ ^[0-9]{4,5}$ ]] || [ "$1" -lt 1024 ] || [ "$1" -gt 65500 ]; then
      die "--port-base takes a number from 1024 to 65500"
    fi
    PORTS=("$1" $(($1 + 1)) $(($1 + 2)) $(($1 + 3)) $(($1 + 4)))
  else
    PORTS=(2525 2587 1143 1110 14190)
  fi
  local port
  for port in "${PORTS[@]}"; do
    if (exec 3<> "/dev/tcp/127.0.0.1/$port") 2> /dev/null; then
      die "port $port is in use" "Choose five others with --port-base N (SMTP N, submission N+1, IMAP N+2, POP3 N+3, ManageSieve N+4)."
    fi
  done
}

# The services run under users of their own, which must be able to reach their files.
trial_place() { # trial_place DIR: sets RUN
  install -d -m 0755 "$1"
  RUN=$1
  if [ $((${#RUN} + LONGEST_SOCKET)) -gt 107 ] || ! runuser -u nobody -- test -x "$RUN"; then
    RUN=$(mktemp -d /var/tmp/vmm-trial.XXXXXX)
    chmod 0755 "$RUN"
    ln -s "$RUN" "$1/world"
    ln -s world/mail "$1/mail"
    say "  the running part lies in $RUN: the services cannot reach $1, or its path is too long for a socket"
  fi
  printf '%s\n' "$RUN" > "$1/$MARKER"
}

trial_build() { # trial_build DIR
  step "places"
  trial_place "$1"
  install -d -m 0755 "$RUN"/{log,dovecot,dovecot/run,dovecot/state,postfix,postfix/etc,postfix/queue,lda,share} "$1/bin"
  install -d -m 0755 -o postfix -g root "$RUN/postfix/data"
  install -d -m 0771 "$RUN/mail"
  install -d -m 0751 "$RUN"/mail/{0,1,2,3,4,5,6,7,8,9,a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t,u,v,w,x,y,z}
  printf 'SMTP=%s SUBMISSION=%s IMAP=%s POP3=%s SIEVE=%s\n' "${PORTS[@]}" > "$RUN/ports"
  # shellcheck disable=SC1091
  . "$RUN/ports"
  ok
  step "the program"
  publish "$RUN/share/vmm"
  ok
  trial_database
  trial_configuration "$1"
}

trial_psql() { # trial_psql USER DATABASE [FILE]: SQL from standard input or FILE
  PGPASSWORD=${OWNER_PASSWORD:-} runuser -u postgres --preserve-environment -- \
    "$(pg_bindir)/psql" -h "$RUN/pg" -U "$1" -d "$2" -qXAt -v ON_ERROR_STOP=1 "${@:3}"
}

trial_database() {
  step "PostgreSQL (socket $RUN/pg)"
  local bin
  bin=$(pg_bindir)
  install -d -m 0755 -o postgres -g postgres "$RUN/pg"
  (cd / && runuser -u postgres -- "$bin/initdb" -D "$RUN/pg/data" -E UTF8 --locale=C.UTF-8 -A peer > "$RUN/log/initdb.log" 2>&1) \
    || die "initdb failed" "See $RUN/log/initdb.log."
  printf 'local all postgres peer\nlocal all all scram-sha-256\n' > "$RUN/pg/data/pg_hba.conf"
  cat >> "$RUN/pg/data/postgresql.conf" <<CONF
listen_addresses = ''
unix_socket_directories = '$RUN/pg'
password_encryption = 'scram-sha-256'
CONF
  trial_start_database
  OWNER_PASSWORD=$(new_password) POSTFIX_PASSWORD=$(new_password) DOVECOT_PASSWORD=$(new_password)
  database_roles "$OWNER_PASSWORD" "$POSTFIX_PASSWORD" "$DOVECOT_PASSWORD" | trial_psql postgres postgres
  echo "CREATE DATABASE mailsys OWNER vmm ENCODING 'UTF8'" | trial_psql postgres postgres
  trial_psql vmm mailsys -1 -f - < "$ROOT/sql/create_tables.pgsql"
  ok
}

# The statements that make the four roles; a function and standard output, so that no password is in a program's argument list.
database_roles() { # database_roles OWNER_PASSWORD POSTFIX_PASSWORD DOVECOT_PASSWORD
  cat <<SQL
CREATE ROLE vmm LOGIN PASSWORD '$1';
CREATE ROLE mailsys NOLOGIN;
CREATE ROLE postfix LOGIN PASSWORD '$2' IN ROLE mailsys;
CREATE ROLE dovecot LOGIN PASSWORD '$3' IN ROLE mailsys;
SQL
}

trial_configuration() { # trial_configuration DIR
  step "configuration of Postfix, Dovecot and vmm"
  local map values=("RUN=$RUN" "SMTP=$SMTP" "SUBMISSION=$SUBMISSION" "IMAP=$IMAP" "POP3=$POP3" "SIEVE=$SIEVE" "DBNAME=mailsys")
  for map in "$ROOT"/install/postfix/pgsql-*.cf; do
    render "$map" "$RUN/postfix/etc/${map##*/}" 0640 root:postfix "${values[@]}" \
      "HOSTS=unix:$RUN/pg unix:$RUN/pg" "PASSWORD=$POSTFIX_PASSWORD"
  done
  render "$ROOT/install/postfix/main.cf" "$RUN/postfix/etc/main.cf" 0644 root:root "${values[@]}"
  render "$ROOT/install/postfix/master.cf" "$RUN/postfix/etc/master.cf" 0644 root:root "${values[@]}"
  render "$ROOT/install/dovecot/trial.conf" "$RUN/dovecot/dovecot.conf" 0644 root:root "${values[@]}"
  render "$ROOT/install/dovecot/dovecot-sql.conf.ext" "$RUN/dovecot/dovecot-sql.conf.ext" 0640 root:dovecot "${values[@]}" \
    "HOST=$RUN/pg" "PASSWORD=$DOVECOT_PASSWORD"
  install -m 4750 -o root -g mail /usr/lib/dovecot/dovecot-lda "$RUN/lda/deliver"

  install -m 0640 "$ROOT/etc/vmm.toml" "$RUN/vmm.toml"
  set_toml "$RUN/vmm.toml" database host "\"$RUN/pg\""
  set_toml "$RUN/vmm.toml" database pass "\"$OWNER_PASSWORD\""
  set_toml "$RUN/vmm.toml" domain auto_postmaster false
  set_toml "$RUN/vmm.toml" misc base_directory "\"$RUN/mail\""
  set_toml "$RUN/vmm.toml" log file "\"$RUN/log/vmm.log\""
  printf '#!/bin/sh\n# vmm, bound to this trial.\nVMM_CONFIG=%q exec %q "$@"\n' "$RUN/vmm.toml" "$RUN/share/vmm" > "$1/bin/vmm"
  chmod 0755 "$1/bin/vmm"
  (umask 077 && cat > "$1/env" <<ENV
# Source this file to work with the trial: . $1/env
export VMM_CONFIG='$RUN/vmm.toml'
export PGHOST='$RUN/pg' PGPORT=5432 PGDATABASE=mailsys PGUSER=vmm PGPASSWORD='$OWNER_PASSWORD'
export VMM_TRIAL_SMTP=$SMTP VMM_TRIAL_SUBMISSION=$SUBMISSION VMM_TRIAL_IMAP=$IMAP VMM_TRIAL_POP3=$POP3 VMM_TRIAL_SIEVE=$SIEVE
export VMM_TRIAL_RUN='$RUN'
export PATH='$1/bin':"\$PATH"
ENV
)
  ok
}
