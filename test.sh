#!/usr/bin/env bash
# Builds everything and runs all tests: against a private PostgreSQL, Postfix and Dovecot that the run starts and stops itself.
# --all, as first argument, runs the tests on Debian 13 too, in a directory that tests/debian-13.sh makes once.
# Other arguments go to the test runner, for example: ./test.sh --filter-class '*DomainNameTests'
set -euo pipefail
cd "$(dirname "$(realpath "${BASH_SOURCE[0]}")")"
# shellcheck source=install/lib.sh
. install/lib.sh

[ "$(id -u)" = 0 ] || die "the tests make users' mail directories and need root" "sudo ./test.sh"
install/packages.sh test build
find_dotnet
if [ "${1:-}" = --all ]; then
  shift
  export VMM_DEBIAN_13=${VMM_DEBIAN_13:-/var/cache/vmm-tests/debian-13}
  tests/debian-13.sh "$VMM_DEBIAN_13"
else
  set -- --filter-not-trait system=debian-13 "$@"
fi

export DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDDISABLENODEREUSE=1
case $(uname -m) in aarch64) rid=linux-arm64 ;; *) rid=linux-x64 ;; esac
dotnet build Vmm.sln -c Release --disable-build-servers -v quiet -nologo
dotnet publish src/Vmm.Cli -c Release -r "$rid" -o artifacts/publish --disable-build-servers -v quiet -nologo

log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
# A job in the background is begun with these signals ignored, and so would be every program that the tests interrupt.
env --default-signal=INT,QUIT dotnet test --no-build -c Release "$@" 2>&1 | tee "$log" || status=$?

# The closing line, from the runner's own summary.
count() { sed -n "s/^ *$1: \([0-9]*\)\$/\1/p" "$log" | tail -n 1; }
passed=$(count succeeded) failed=$(count failed)
echo "${passed:-0} passed, ${failed:-0} failed"
[ "$status" = 0 ] && [ "${failed:-1}" = 0 ] && [ "${passed:-0}" -gt 0 ]
