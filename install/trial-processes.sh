# shellcheck shell=bash
# Which processes are a trial's. A number in a pid file proves nothing: the process may be gone and its number somebody else's.

# trial_pid SERVICE: the main process, when it runs and is ours.
trial_pid() {
  local pid='' comm='' file
  case $1 in
    postgres) file=$RUN/pg/data/postmaster.pid ;;
    dovecot) file=$RUN/dovecot/run/master.pid ;;
    postfix) file=$RUN/postfix/queue/pid/master.pid ;;
  esac
  read -r pid < "$file" && read -r comm < "/proc/$pid/comm" || return 1
  case "$1 $comm" in 'postgres postgres' | 'dovecot dovecot' | 'postfix master') ;; *) return 1 ;; esac
  # It works below RUN, or was started with a file of RUN, or holds the lock of its pid file (Postfix). In a container root may
  # lack the right to see the first.
  if [[ $(readlink "/proc/$pid/cwd") == "$RUN"/* ]] \
      || tr '\0' '\n' < "/proc/$pid/cmdline" | grep -qxF -e "$RUN/pg/data" -e "$RUN/dovecot/dovecot.conf" \
      || grep -q " $pid [0-9a-f:]*:$(stat -c %i "$file") " /proc/locks; then
    echo "$pid"
  fi
} 2> /dev/null

trial_running() { [ -n "$(trial_pid "$1")" ]; }

# trial_processes SERVICE: all that runs of it, one number a line; those too whose main process was killed.
trial_processes() {
  local programs link pid
  case $1 in
    postgres) programs='^/usr/lib/postgresql/' ;;
    dovecot) programs="^(/usr/lib/dovecot/|/usr/s?bin/(dovecot|doveadm|doveconf)|$RUN/lda/)" ;;
    postfix) programs='^(/usr/lib/postfix/|/usr/s?bin/(post|sendmail))' ;;
  esac
  # They all work in a directory below RUN, or have their root there. Somebody's shell may, too, and is not to be killed.
  find /proc/[0-9]*/cwd /proc/[0-9]*/root -maxdepth 0 -lname "$RUN/*" 2> /dev/null | while read -r link; do
    pid=${link#/proc/} pid=${pid%%/*}
    ! [[ $(readlink "/proc/$pid/exe") =~ $programs ]] || echo "$pid"
  done | sort -un
  trial_hidden "$1"
}

# In a container root may lack the right to see where other users' processes work. Those of PostgreSQL end with their main
# process; Dovecot's and Postfix's are in the session of theirs, whose number nobody else can get as long as one of them lives.
trial_hidden() {
  local main session='' stat fields
  main=$(trial_pid "$1" || true)
  [ -z "$main" ] || echo "$main"
  case $1 in
    dovecot) read -r session < "$RUN/dovecot/run/master.pid" ;;
    postfix) read -r session < "$RUN/postfix/queue/pid/master.pid" ;;
  esac
  if [ -z "$session" ] || { [ -d "/proc/$session" ] && [ "$session" != "$main" ]; }; then return 0; fi
  for stat in /proc/[0-9]*/stat; do
    read -r fields < "$stat" || continue
    # Behind the name, which may hold anything: state, parent, group, session.
    read -r _ _ _ fields _ <<< "${fields##*) }"
    [ "$fields" != "$session" ] || readlink "${stat%/stat}/cwd" > /dev/null || basename "${stat%/stat}"
  done
} 2> /dev/null

# trial_end SERVICE: ends what is left of it, first politely.
trial_end() {
  local signal pids
  for signal in TERM KILL; do
    pids=$(trial_processes "$1")
    [ -n "$pids" ] || return 0
    # shellcheck disable=SC2086 # a list of numbers; each may be gone by now
    kill -$signal $pids 2> /dev/null || true
    wait_for 5 trial_gone "$1" || true
  done
  trial_gone "$1" || die "processes of $1 do not end: $(trial_processes "$1" | tr '\n' ' ')"
}

trial_gone() { [ -z "$(trial_processes "$1")" ]; }
