#!/usr/bin/env bash
# Installs missing Debian packages, without letting Debian start their services.
# Use: install/packages.sh [system] [trial] [build] [test]
set -euo pipefail

STACK="postgresql postgresql-client postfix postfix-pgsql dovecot-core dovecot-imapd dovecot-pop3d dovecot-lmtpd
       dovecot-managesieved dovecot-sieve dovecot-pgsql libidn2-0 libcrypt1"

packages_for() {
  case $1 in
    system) echo "$STACK" ;;
    trial) echo "$STACK curl" ;;
    without-build) ;;
    build) command -v clang > /dev/null || command -v gcc > /dev/null || echo gcc libc6-dev; echo zlib1g-dev ;;
    test) echo "$STACK curl shellcheck strace" ;;
    *) echo "packages.sh: unknown set '$1'" >&2; exit 2 ;;
  esac
}

missing() {
  local package
  for package in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2> /dev/null)" = installed ] || echo "$package"
  done
}

# policy-rc.d 101 forbids maintainer scripts to start services (Debian's invoke-rc.d); one that is there already is put back.
POLICY=/usr/sbin/policy-rc.d
forbid_services() {
  trap allow_services EXIT
  [ ! -e $POLICY ] || mv $POLICY $POLICY.vmm-saved
  printf '#!/bin/sh\nexit 101\n' > $POLICY
  chmod 0755 $POLICY
}
allow_services() {
  rm -f $POLICY
  [ ! -e $POLICY.vmm-saved ] || mv $POLICY.vmm-saved $POLICY
}

main() {
  local wanted=() lacking
  for set in "$@"; do
    read -r -d '' -a more <<< "$(packages_for "$set")" || true
    wanted+=("${more[@]}")
  done
  lacking=$(missing "${wanted[@]}")
  [ -n "$lacking" ] || return 0
  [ "$(id -u)" = 0 ] || { echo "packages.sh: these packages are missing, and only root can install them:" "${lacking//$'\n'/ }" >&2; exit 1; }
  echo "installing: ${lacking//$'\n'/ }"
  forbid_services
  # A cluster that nobody asked for stays away from a trial; an administrator's server gets Debian's default one.
  case " $* " in *' system '*) ;; *) hold_cluster ;; esac
  export DEBIAN_FRONTEND=noninteractive
  local options=(-o DPkg::Lock::Timeout=300 -qq)
  apt-get "${options[@]}" update > /dev/null
  # shellcheck disable=SC2086 # a list of names
  apt-get "${options[@]}" install -y --no-install-recommends $lacking > /dev/null
}

# Debian's postgresql package makes and enables a cluster 'main' unless this says no (pg_createcluster(1)).
hold_cluster() {
  local file=/etc/postgresql-common/createcluster.d/vmm-trial.conf
  install -d "${file%/*}"
  echo 'create_main_cluster = false' > $file
  trap 'allow_services; rm -f '$file EXIT
}

main "$@"
