# shellcheck shell=bash
# What a trial proves, and what it tells.

# trial_main_job DIR: the main job, as an administrator does it.
trial_main_job() {
  local vmm=$1/bin/vmm password token
  password=$(new_password)
  token=token-$(new_password)
  (umask 077 && printf '%s\n' "$password" > "$RUN/user-password")
  trial_vmm "$vmm" domainadd example.com
  trial_vmm "$vmm" useradd user@example.com --password-file "$RUN/user-password"
  trial_vmm "$vmm" aliasadd info@example.com user@example.com
  trial_vmm "$vmm" relocatedadd old@example.com new@example.net
  step "a message to info@example.com by SMTP"
  printf 'From: <admin@example.org>\r\nTo: <info@example.com>\r\nSubject: It works\r\n\r\n%s\r\n' "$token" > "$RUN/message"
  trial_curl --max-time 30 "smtp://127.0.0.1:$SMTP" --mail-from admin@example.org --mail-rcpt info@example.com -T "$RUN/message" \
    || trial_failed "the message was not accepted" "$RUN/log/postfix.log"
  ok
  step "the same message by IMAP, as user@example.com"
  wait_for 30 trial_read_back "$password" "$token" || trial_failed "the message did not arrive" "$RUN/log/dovecot.log"
  ok
  sed -n '/^Subject:/p;/^token-/p' "$RUN/read-back" | tr -d '\r' | sed 's/^/      /'
  rm "$RUN/read-back" "$RUN/message"
}

# trial_vmm PROGRAM COMMAND...: one step of it.
trial_vmm() {
  step "vmm $2 $3${4:+ ...}"
  "$@" < /dev/null > "$RUN/log/main-job.log" 2>&1 || trial_failed "vmm $2 failed" "$RUN/log/main-job.log"
  ok
}

# Without the user's own .curlrc and proxies.
trial_curl() { curl -q -sS --noproxy '*' "$@"; }

# trial_read_back PASSWORD TOKEN: succeeds when the message is there.
trial_read_back() {
  printf 'user = "user@example.com:%s"\n' "$1" \
    | trial_curl --max-time 5 --login-options AUTH=PLAIN -K - "imap://127.0.0.1:$IMAP/INBOX;MAILINDEX=1" > "$RUN/read-back"
  grep -q "$2" "$RUN/read-back"
}

# trial_explain DIR: what the trial has, and what to try next.
trial_explain() {
  cat <<TEXT

The trial runs. Account user@example.com, password $(<"$RUN/user-password")
  IMAP 127.0.0.1:$IMAP   POP3 127.0.0.1:$POP3   ManageSieve 127.0.0.1:$SIEVE
  SMTP 127.0.0.1:$SMTP   submission 127.0.0.1:$SUBMISSION
  vmm      $(word "$1/bin/vmm")
  mail     $RUN/mail
  logs     $RUN/log
Try next:
  . $(word "$1/env")
  vmm userinfo user@example.com
  vmm useradd postmaster@example.com
  vmm help
Stop it:    ./install.sh --trial-stop $(word "$1")
Remove it:  ./install.sh --trial-remove $(word "$1")
TEXT
}
