#!/usr/bin/env bash
# Installs vmm, or tries it in a directory of its own. ./install.sh --help tells all.
set -euo pipefail

ROOT=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
PREFIX=${PREFIX:-/usr/local}
DESTDIR=${DESTDIR:-}
# shellcheck source=install/lib.sh
. "$ROOT/install/lib.sh"
# shellcheck source=install/system.sh
. "$ROOT/install/system.sh"
# shellcheck source=install/system-database.sh
. "$ROOT/install/system-database.sh"
# shellcheck source=install/trial.sh
. "$ROOT/install/trial.sh"
# shellcheck source=install/trial-processes.sh
. "$ROOT/install/trial-processes.sh"
# shellcheck source=install/trial-services.sh
. "$ROOT/install/trial-services.sh"
# shellcheck source=install/trial-job.sh
. "$ROOT/install/trial-job.sh"

usage() {
  cat <<TEXT
Use: ./install.sh [--prefix DIR] [--no-database] [--binary FILE]
     ./install.sh --uninstall [--prefix DIR]
     ./install.sh --trial [DIR] [--port-base N] [--binary FILE]
     ./install.sh --trial-stop [DIR]
     ./install.sh --trial-remove [DIR]

Without a mode: installs vmm on this system. Debian packages that are missing are
installed, without starting services. Existing configuration files, databases and
mail are left alone. May be run again at any time.

  --prefix DIR      instead of /usr/local (also: PREFIX); DESTDIR is honoured
  --no-database     leave PostgreSQL alone
  --binary FILE     install this published program instead of building it
  --uninstall       remove program, manual, completions, documentation and
                    timer; data and configuration stay

The trial is a whole mail server in DIR (default: ./trial) that touches neither
/etc nor the system's services: PostgreSQL, Postfix and Dovecot on 127.0.0.1.
A trial that is there already is started again.

  --port-base N     SMTP N, submission N+1, IMAP N+2, POP3 N+3, ManageSieve N+4
                    (default: 2525, 2587, 1143, 1110, 14190)
TEXT
}

main() {
  local mode=system dir='' base='' database=yes
  BINARY=
  while [ $# -gt 0 ]; do
    case $1 in
      --trial | --trial-stop | --trial-remove)
        mode=${1#--}
        if [ $# -gt 1 ] && [[ $2 != -* ]]; then dir=$2; shift; fi ;;
      --uninstall) mode=uninstall ;;
      --no-database) database=no ;;
      --prefix) PREFIX=${2:?--prefix takes a directory}; shift ;;
      --prefix=*) PREFIX=${1#*=} ;;
      --binary)
        BINARY=$(realpath "${2:?--binary takes a file}")
        if [ ! -f "$BINARY" ] || [ ! -x "$BINARY" ]; then die "'$2' is not a program"; fi
        # A script, such as the vmm of a trial, would be installed in vmm's place and go on calling what it was written for.
        [ "$(head -c 4 "$BINARY" | tr -d '\0')" = $'\x7fELF' ] || die "'$2' is a script, not the program itself" \
          "Give the program that was built: artifacts/publish/vmm, share/vmm of a trial, or sbin/vmm of an installation."
        shift ;;
      --port-base) base=${2:?--port-base takes a number}; shift ;;
      -h | --help) usage; exit 0 ;;
      *) usage >&2; die "'$1' is not an option of this script" ;;
    esac
    shift
  done
  dir=$(realpath -m "${dir:-$ROOT/trial}")
  PREFIX=$(realpath -ms "$PREFIX")
  case $mode in
    system) system_install "$database" ;;
    uninstall) system_uninstall ;;
    trial) trial "$dir" "$base" ;;
    trial-stop) trial_stop "$dir"; say "the trial in $dir is stopped; start it again: ./install.sh --trial $(word "$dir")" ;;
    trial-remove) trial_remove "$dir" ;;
  esac
}

main "$@"
