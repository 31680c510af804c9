# shellcheck shell=bash disable=SC2154
# For latency.sh, behind world.sh: a private Dovecot 2.3 that has the accounts of the database 'new' and a cache for
# authentication, also of names that do not exist. It has no port. In the mount namespace of the run it stands where the system's
# does, in /etc/dovecot and /run/dovecot, so that whoever looks for it finds it without being told.

start_dovecot() {
  install -d -m 0755 "$world/dovecot" "$world/dovecot/run" "$world/dovecot/state"
  cat > "$world/dovecot/dovecot.conf" <<- EOF_CONF
	protocols = lmtp
	ssl = no
	log_path = $world/dovecot/log
	state_dir = $world/dovecot/state
	first_valid_uid = 70000
	first_valid_gid = 70000
	auth_cache_size = 10M
	passdb {
	  driver = sql
	  args = /etc/dovecot/dovecot-sql.conf.ext
	}
	userdb {
	  driver = sql
	  args = /etc/dovecot/dovecot-sql.conf.ext
	}
	EOF_CONF
  sed "s|^connect = .*|connect = host=$world dbname=new user=vmm password=$PGPASSWORD|" install/dovecot/dovecot-sql.conf.ext \
    > "$world/dovecot/dovecot-sql.conf.ext"
  mkdir -p /run/dovecot
  mount --bind "$world/dovecot/run" /run/dovecot
  mount --bind "$world/dovecot" /etc/dovecot
  detached "$world/log" dovecot || { cat "$world/log" "$world/dovecot/log" >&2; return 1; }
  # An answer is an answer, also "doesn't exist".
  wait_for 30 dovecot_answers || { cat "$world/dovecot/log" >&2; return 1; }
}

dovecot_answers() { doveadm user nobody@example.com || [ $? = 67 ]; }

# dovecot_knows ADDRESS: asks as Postfix does for a log-in, so that the answer is kept in the cache, also "no such user".
dovecot_knows() { doveadm auth lookup "$1" > "$world/out" 2>&1; }

stop_dovecot() {
  local pid
  if read -r pid 2> /dev/null < "$world/dovecot/run/master.pid"; then
    kill "$pid" || true
    wait_for 10 test ! -d "/proc/$pid" || true
  fi
  umount /etc/dovecot /run/dovecot 2> /dev/null || true
}
