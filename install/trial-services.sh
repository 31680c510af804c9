# shellcheck shell=bash
# Starting, stopping and removing a trial. RUN is the directory of its running part.

# PostgreSQL first: Dovecot 2.3.19's auth crashes when its first connection fails. Postfix last: an smtpd that finds no
# auth socket dies, and its service is throttled for a minute.
trial_start() {
  trial_ready_to_start postgres || { step "PostgreSQL"; trial_start_database; ok; }
  trial_ready_to_start dovecot "$IMAP" "$POP3" "$SIEVE" \
    || { step "Dovecot (IMAP $IMAP, POP3 $POP3, ManageSieve $SIEVE)"; trial_start_dovecot; ok; }
  trial_ready_to_start postfix "$SMTP" "$SUBMISSION" \
    || { step "Postfix (SMTP $SMTP, submission $SUBMISSION)"; trial_start_postfix; ok; }
}

# trial_ready_to_start SERVICE PORT...: succeeds when it runs already; else clears the way.
trial_ready_to_start() {
  local port
  ! trial_running "$1" || return 0
  trial_end "$1"
  for port in "${@:2}"; do
    ! trial_port_taken "$port" || die "port $port, which $1 of this trial has, is in use by another program" \
      "Stop that program; or remove the trial and build one elsewhere: ./install.sh --trial-remove, then --trial --port-base N."
  done
  return 1
}

trial_start_database() {
  detached "$RUN/log/postgres.start" runuser -u postgres -- \
    "$(pg_bindir)/pg_ctl" -D "$RUN/pg/data" -l "$RUN/pg/server.log" -w -t 60 start \
    || trial_failed "PostgreSQL did not start" "$RUN/pg/server.log"
}

trial_start_dovecot() {
  # This also makes the queue directories in which Dovecot puts its sockets.
  detached "$RUN/log/postfix.start" postfix -c "$RUN/postfix/etc" check \
    || trial_failed "Postfix does not accept its configuration" "$RUN/log/postfix.start"
  detached "$RUN/log/dovecot.start" dovecot -c "$RUN/dovecot/dovecot.conf" \
    || trial_failed "Dovecot did not start" "$RUN/log/dovecot.start"
  wait_for 30 trial_auth_answers || trial_failed "Dovecot's auth service does not answer" "$RUN/log/dovecot.log"
}

# An answer is an answer, also "doesn't exist" (exit status 67).
trial_auth_answers() { doveadm -c "$RUN/dovecot/dovecot.conf" user nobody@example.com > /dev/null 2>&1 || [ $? = 67 ]; }

trial_start_postfix() {
  detached "$RUN/log/postfix.start" postfix -c "$RUN/postfix/etc" start \
    || trial_failed "Postfix did not start" "$RUN/log/postfix.log"
  wait_for 30 trial_listens "$SMTP" || trial_failed "Postfix does not answer on port $SMTP" "$RUN/log/postfix.log"
}

trial_listens() { (exec 3<> "/dev/tcp/127.0.0.1/$1" && read -r -t 5 greeting <&3 && [[ $greeting == 220* ]]); }

# trial_failed MESSAGE LOG: ends the script, with the end of that log.
trial_failed() {
  say
  [ ! -f "$2" ] || tail -n 10 "$2" >&2
  die "$1" "The log is $2."
}

# trial_stop DIR: Postfix first, so that nothing arrives meanwhile.
trial_stop() {
  [ "$(id -u)" = 0 ] || die "only root can stop a trial"
  trial_find "$1" || die "there is no trial in '$1'"
  local service main
  for service in postfix dovecot postgres; do
    ! trial_gone "$service" || continue
    step "stopping $service"
    main=$(trial_pid "$service" || true)
    if [ -n "$main" ]; then
      # SIGINT is PostgreSQL's fast shutdown.
      case $service in postgres) kill -INT "$main" ;; *) kill -TERM "$main" ;; esac
      wait_for 30 trial_gone "$service" || true
    fi
    trial_end "$service"
    ok
  done
}

# trial_remove DIR: stops it and removes it to the last file.
trial_remove() {
  trial_stop "$1"
  step "removing $1"
  trial_free_memory
  # A copy of a trial shares the running part with the original, which keeps it.
  if [ "$RUN" != "$1" ] && { [ "$PLACE" = "$1" ] || [ ! -f "$PLACE/$MARKER" ]; }; then
    rm -rf --one-file-system "$RUN"
  fi
  rm -rf --one-file-system "$1"
  ok
}

# A PostgreSQL that was killed leaves a small segment of System V shared memory; its key and number are in the pid file.
trial_free_memory() {
  local lines key id entry
  { mapfile -t lines < "$RUN/pg/data/postmaster.pid"; } 2> /dev/null || return 0
  read -r key id <<< "${lines[6]:-}" || return 0
  while read -r -a entry; do
    # key, number, mode, size, creator, last process, processes attached
    if [ "${entry[0]} ${entry[1]} ${entry[4]} ${entry[6]}" = "$key $id ${lines[0]} 0" ]; then ipcrm -m "$id"; fi
  done < /proc/sysvipc/shm
}
