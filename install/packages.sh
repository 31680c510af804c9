#!/usr/bin/env bash
# Installs missing Debian packages, without letting Debian start their services.
# Use: install/packages.sh [system] [trial] [build] [test] [prose]
set -euo pipefail
export PATH=$PATH:/usr/sbin:/sbin

STACK="postgresql postgresql-client postfix postfix-pgsql dovecot-core dovecot-imapd dovecot-pop3d dovecot-lmtpd
       dovecot-managesieved dovecot-sieve dovecot-pgsql libidn2-0 libcrypt1"

packages_for() {
  case $1 in
    system) echo "$STACK" ;;
    trial) echo "$STACK curl" ;;
    without-build) ;;
    build) command -v clang > /dev/null || command -v gcc > /dev/null || echo gcc libc6-dev; echo zlib1g-dev ;;
    test)
      echo "$STACK curl shellcheck strace bash-completion zsh fish tmux groff man-db pgbouncer nsd"
      # Debian's vmm 0.7, with which the tests compare. Python 3.12 took away what it needs, so it runs on no later release.
      if grep -q '^VERSION_ID="12"' /etc/os-release; then echo vmm; fi
      ;;
    # Another Node.js than Debian's brings an npm of its own, and Debian's cannot be installed beside it.
    prose) echo codespell; command -v npm > /dev/null || echo nodejs npm ;;
    *) echo "packages.sh: unknown set '$1'" >&2; exit 2 ;;
  esac
}

# missing PACKAGE...: those that are not installed, one a line
missing() {
  local package known
  known=$'\n'$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "$@" 2> /dev/null || true)$'\n'
  for package in "$@"; do
    [[ $known == *$'\n'"$package installed"$'\n'* ]] || echo "$package"
  done
}

# policy-rc.d 101 forbids maintainer scripts to start services (Debian's invoke-rc.d); an administrator's own is put back, also
# when an earlier run was killed before it could.
POLICY=/usr/sbin/policy-rc.d
OURS='# by the installation of vmm, for as long as it installs packages'
CLUSTER=/etc/postgresql-common/createcluster.d/vmm-trial.conf
hold_back() {
  trap release EXIT
  if { [ -e $POLICY ] || [ -L $POLICY ]; } && ! grep -qsF "$OURS" $POLICY; then mv $POLICY $POLICY.vmm-saved; fi
  printf '#!/bin/sh\n%s\nexit 101\n' "$OURS" > $POLICY
  chmod 0755 $POLICY
  # Debian's postgresql makes and enables a cluster 'main' unless this says no (pg_createcluster(1)); a trial does not ask for one.
  if [ "$1" != system ]; then
    install -d "${CLUSTER%/*}"
    echo 'create_main_cluster = false' > $CLUSTER
  fi
}
release() {
  rm -f $POLICY $CLUSTER
  if [ -e $POLICY.vmm-saved ] || [ -L $POLICY.vmm-saved ]; then mv $POLICY.vmm-saved $POLICY; fi
}

# install_packages PACKAGE...: as Debian has them, without questions.
install_packages() {
  local log options=(-q -y -o DPkg::Lock::Timeout=300)
  log=$(mktemp)
  export DEBIAN_FRONTEND=noninteractive
  apt-get "${options[@]}" update > "$log" 2>&1 || { echo "packages.sh: warning: apt-get update failed" >&2; tail -n 3 "$log" >&2; }
  # What is there already stays: a mail server that Postfix would push aside is the administrator's to remove.
  if ! apt-get "${options[@]}" --no-remove --no-install-recommends install "$@" > "$log" 2>&1 < /dev/null; then
    tail -n 20 "$log" >&2
    echo "packages.sh: these packages could not be installed: $*" >&2
    echo "packages.sh: hint: Nothing is removed in their favour; to let apt do that: apt-get install $*" >&2
    exit 1
  fi
  rm -f "$log"
}

# keep_from_boot PACKAGE...: a trial's packages do not start at the next boot either.
keep_from_boot() {
  local package
  command -v systemctl > /dev/null || return 0
  for package in "$@"; do
    case $package in
      postfix | postgresql) systemctl --quiet disable "$package.service" || true ;;
      dovecot-core) systemctl --quiet disable dovecot.service || true ;;
    esac
  done
} > /dev/null 2>&1

main() {
  local set more wanted=() lacking for=trial
  for set in "$@"; do
    [ "$set" != system ] || for=system
    read -r -d '' -a more <<< "$(packages_for "$set")" || true
    wanted+=("${more[@]}")
  done
  # An earlier run that was killed may have left its prohibition.
  if [ "$(id -u)" = 0 ] && grep -qsF "$OURS" $POLICY; then release; fi
  mapfile -t lacking < <(missing "${wanted[@]}")
  [ ${#lacking[@]} -gt 0 ] || return 0
  if [ "$(id -u)" != 0 ]; then
    echo "packages.sh: these packages are missing, and only root can install them: ${lacking[*]}" >&2
    exit 1
  fi
  echo "installing Debian packages: ${lacking[*]}"
  hold_back $for
  install_packages "${lacking[@]}"
  [ $for = system ] || keep_from_boot "${lacking[@]}"
}

main "$@"
