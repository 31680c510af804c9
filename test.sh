#!/usr/bin/env bash
# Builds what is not up to date and runs all tests: against a private PostgreSQL, Postfix and Dovecot that the run starts
# and stops itself.
#   --fast   only the tests that need nothing: no root, no PostgreSQL, no native program, no package
#   --all    on Debian 13 too, in a directory that tests/debian-13.sh makes once
# One of the two comes first; other arguments go to the test runner, for example: ./test.sh --filter-class '*DomainNameTests'
set -euo pipefail
cd "$(dirname "$(realpath "${BASH_SOURCE[0]}")")"
# shellcheck source=install/lib.sh
. install/lib.sh

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1
INPUTS=(src tools tests sql etc install Directory.Build.props Directory.Packages.props BannedSymbols.txt
  BannedSymbols.Libraries.txt .editorconfig global.json)

# made_by_this_sdk STAMP: by no older SDK, whose compiler and packages are others.
made_by_this_sdk() { [ -e "$1" ] && [ "$(<"$1")" = "$SDK" ]; }

# up_to_date STAMP: nothing that is compiled has changed since. A file that was removed changes its directory.
up_to_date() {
  made_by_this_sdk "$1" && [ -z "$(find "${INPUTS[@]}" \( -name bin -o -name obj \) -prune -o -newer "$1" -print -quit)" ]
}

# once STAMP COMMAND...: not again when nothing changed; what changes meanwhile counts as later.
once() {
  local begun
  if up_to_date "$1"; then return; fi
  # Made by the build, they would change their directories.
  find src tools tests -name '*.csproj' -printf '%h/bin\0%h/obj\0' | xargs -0 mkdir -p
  begun=$(mktemp)
  echo "$SDK" > "$begun"
  "${@:2}"
  mv -f "$begun" "$1"
}

# restored: whether the packages are as the project files want them.
RESTORED=tests/Vmm.Tests/obj/restored
restored() {
  made_by_this_sdk "$RESTORED" && [ -z "$(find . \( -name bin -o -name obj -o -name .git -o -name artifacts \) -prune -o \
    \( -name '*.csproj' -o -name '*.props' -o -name packages.lock.json -o -name global.json \) -newer "$RESTORED" -print -quit)" ]
}

compile() { # compile Debug|Release OPTION...
  local options=()
  if restored; then options=(--no-restore); fi
  # All other projects are below this one.
  dotnet build tests/Vmm.Tests -c "$@" "${options[@]}" --disable-build-servers -v quiet -nologo -clp:NoSummary
  echo "$SDK" > "$RESTORED"
}

native() { # native RID
  # The build before it has run the analyzers.
  dotnet publish src/Vmm.Cli -c Release -r "$1" -o artifacts/publish -p:RunAnalyzers=false -p:EnforceCodeStyleInBuild=false \
    --disable-build-servers -v quiet -nologo
}

# What root makes in somebody else's clone belongs to them: else their --fast could not build.
give_back() {
  [ "$(id -u)" != 0 ] || find . \( -name bin -o -name obj -o -name artifacts \) -type d -prune -exec chown -R --reference=. {} +
}

if [ "${1:-}" = --fast ]; then
  shift
  find_dotnet
  SDK=$(sdk_version)
  once tests/Vmm.Tests/bin/Debug/made compile Debug -p:RunAnalyzers=false -p:EnforceCodeStyleInBuild=false
  # vmm refuses files that do not belong to root: in a user namespace of its own, everybody's files do.
  root=()
  [ "$(id -u)" = 0 ] || root=(unshare --map-root-user)
  exec "${root[@]}" dotnet tests/Vmm.Tests/bin/Debug/net10.0/Vmm.Tests.dll -noLogo -noColor -trait needs=nothing "$@"
fi

[ "$(id -u)" = 0 ] || die "the tests make users' mail directories and need root" \
  "sudo ./test.sh, or ./test.sh --fast for those that need nothing"
install/packages.sh test build
find_dotnet
SDK=$(sdk_version)
if [ "${1:-}" = --all ]; then
  shift
  export VMM_DEBIAN_13=${VMM_DEBIAN_13:-/var/cache/vmm-tests/debian-13}
  tests/debian-13.sh "$VMM_DEBIAN_13"
else
  set -- --filter-not-trait system=debian-13 "$@"
fi

case $(uname -m) in aarch64) rid=linux-arm64 ;; *) rid=linux-x64 ;; esac
once tests/Vmm.Tests/bin/Release/made compile Release
if [ -z "${VMM_BINARY:-}" ]; then once artifacts/publish/made native "$rid"; fi
give_back

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
