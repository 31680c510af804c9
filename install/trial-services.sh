# shellcheck shell=bash
# Starting, proving, stopping and removing a trial. RUN is the directory of its running part.

# PostgreSQL first: Dovecot 2.3.19's auth crashes when its first connection fails. Postfix last: an smtpd that finds no
# auth socket dies, and its service is throttled for a minute.
trial_start() {
  trial_running postgres || { step "PostgreSQL"; trial_start_database; ok; }
  trial_running dovecot || { step "Dovecot (IMAP $IMAP, POP3 $POP3, ManageSieve $SIEVE)"; trial_start_dovecot; ok; }
  trial_running postfix || { step "Postfix (SMTP $SMTP, submission $SUBMISSION)"; trial_start_postfix; ok; }
}

trial_start_database() {
  (cd / && runuser -u postgres -- "$(pg_bindir)/pg_ctl" -D "$RUN/pg/data" -l "$RUN/pg/server.log" -w -t 30 start > /dev/null) \
    || trial_failed "PostgreSQL did not start" "$RUN/pg/server.log"
}

trial_start_dovecot() {
  # This also makes the queue directories in which Dovecot puts its sockets.
  postfix -c "$RUN/postfix/etc" check || die "Postfix does not accept its configuration" "postfix -c $RUN/postfix/etc check"
  dovecot -c "$RUN/dovecot/dovecot.conf" || trial_failed "Dovecot did not start" "$RUN/log/dovecot.log"
  wait_for 15 trial_auth_answers || trial_failed "Dovecot's auth service does not answer" "$RUN/log/dovecot.log"
}

# An answer is an answer, also "doesn't exist" (exit status 67).
trial_auth_answers() { doveadm -c "$RUN/dovecot/dovecot.conf" user nobody@example.com > /dev/null 2>&1 || [ $? = 67 ]; }

trial_start_postfix() {
  postfix -c "$RUN/postfix/etc" start > /dev/null 2>&1 || trial_failed "Postfix did not start" "$RUN/log/postfix.log"
  wait_for 15 trial_listens "$SMTP" || trial_failed "Postfix does not answer on port $SMTP" "$RUN/log/postfix.log"
}

trial_listens() { (exec 3<> "/dev/tcp/127.0.0.1/$1" && read -r -t 5 greeting <&3 && [[ $greeting == 220* ]]); }

trial_failed() { # trial_failed MESSAGE LOG
  [ ! -f "$2" ] || tail -n 10 "$2" >&2
  die "$1" "The log is $2."
}

trial_pid() { # trial_pid SERVICE: the main process, when it runs
  local file
  case $1 in
    postgres) file=$RUN/pg/data/postmaster.pid ;;
    dovecot) file=$RUN/dovecot/run/master.pid ;;
    postfix) file=$RUN/postfix/queue/pid/master.pid ;;
  esac
  [ -f "$file" ] || return 1
  local pid
  read -r pid < "$file" && [ -n "$pid" ] && kill -0 "$pid" 2> /dev/null && echo "$pid"
}

trial_running() { trial_pid "$1" > /dev/null; }

# The main job, as an administrator does it.
trial_main_job() { # trial_main_job DIR
  local vmm=$1/bin/vmm password token
  password=$(new_password)
  token=token-$(new_password)
  (umask 077 && printf '%s\n' "$password" > "$RUN/user-password")
  step "vmm domainadd example.com"
  "$vmm" domainadd example.com && ok
  step "vmm useradd user@example.com"
  "$vmm" useradd user@example.com --password-file "$RUN/user-password" && ok
  step "vmm aliasadd info@example.com user@example.com"
  "$vmm" aliasadd info@example.com user@example.com && ok
  step "vmm relocatedadd old@example.com new@example.net"
  "$vmm" relocatedadd old@example.com new@example.net && ok
  step "a message to info@example.com by SMTP"
  printf 'From: <admin@example.org>\r\nTo: <info@example.com>\r\nSubject: It works\r\n\r\n%s\r\n' "$token" > "$RUN/message"
  curl -sS --max-time 20 "smtp://127.0.0.1:$SMTP" --mail-from admin@example.org --mail-rcpt info@example.com -T "$RUN/message" \
    || trial_failed "the message was not accepted" "$RUN/log/postfix.log"
  ok
  step "the same message by IMAP, as user@example.com"
  wait_for 20 trial_read_back "$password" "$token" || trial_failed "the message did not arrive" "$RUN/log/dovecot.log"
  ok
}

trial_read_back() { # trial_read_back PASSWORD TOKEN
  printf 'user = "user@example.com:%s"\n' "$1" \
    | curl -sS --max-time 5 --login-options AUTH=PLAIN -K - "imap://127.0.0.1:$IMAP/INBOX;MAILINDEX=1" | grep -q "$2"
}

trial_explain() { # trial_explain DIR
  cat <<TEXT

The trial runs. Account user@example.com, password $(<"$RUN/user-password")
  IMAP 127.0.0.1:$IMAP   POP3 127.0.0.1:$POP3   SMTP 127.0.0.1:$SMTP   submission 127.0.0.1:$SUBMISSION   ManageSieve 127.0.0.1:$SIEVE
  mail     $RUN/mail
  logs     $RUN/log
Try next:
  . $1/env
  vmm userinfo user@example.com
  vmm useradd postmaster@example.com
  vmm help
Stop it:    ./install.sh --trial-stop $1
Remove it:  ./install.sh --trial-remove $1
TEXT
}

trial_stop() { # trial_stop DIR
  local dir service main children
  dir=$(realpath -m "$1")
  [ -f "$dir/$MARKER" ] || die "there is no trial in '$dir'"
  RUN=$(<"$dir/$MARKER")
  for service in postfix dovecot postgres; do
    main=$(trial_pid "$service") || continue
    step "stopping $service"
    children=$(pgrep -P "$main" || true)
    case $service in
      postfix) postfix -c "$RUN/postfix/etc" stop > /dev/null 2>&1 || true ;;
      dovecot) kill "$main" ;;
      postgres) (cd / && runuser -u postgres -- "$(pg_bindir)/pg_ctl" -D "$RUN/pg/data" -m fast -w -t 30 stop > /dev/null) ;;
    esac
    # shellcheck disable=SC2086 # a list of numbers
    wait_for 15 trial_gone $main $children || kill -9 $main $children 2> /dev/null || true
    ok
  done
}

trial_gone() { local pid; for pid in "$@"; do ! kill -0 "$pid" 2> /dev/null || return 1; done; }

trial_remove() { # trial_remove DIR
  local dir
  dir=$(realpath -m "$1")
  trial_stop "$dir"
  step "removing $dir"
  rm -rf --one-file-system "$RUN"
  rm -rf --one-file-system "$dir"
  ok
}
