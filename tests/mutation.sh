#!/usr/bin/env bash
# Makes small mistakes in a copy of the sources, one at a time, and runs the tests that need nothing (Stryker.NET): a mistake that
# no test sees is a gap. Prints the score and the mistakes that survived. Takes about half an hour on two cores.
#   tests/mutation.sh [PART...]      values passwords old-configuration addresses; all of them by default
set -euo pipefail
cd "$(dirname "$(realpath "${BASH_SOURCE[0]}")")/.."
# shellcheck source=install/lib.sh
. install/lib.sh
find_dotnet
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1 VMM_TEST_NEEDS=nothing
VERSION=5.1.0

# part PROJECT FILES...: files below the folder of the project.
part() {
  local project=$1 options=() file
  shift
  for file; do options+=(--mutate "$file"); done
  (cd "$copy/tests/Vmm.Tests" && "$tool/dotnet-stryker" --test-runner mtp --project "$project.csproj" "${options[@]}" \
    --reporter cleartext --reporter json --output "$copy/stryker" --skip-version-check)
}

[ $# -gt 0 ] || set -- values passwords old-configuration addresses
tool=artifacts/stryker
[ -x "$tool/dotnet-stryker" ] || dotnet tool install dotnet-stryker --version "$VERSION" --tool-path "$tool"
tool=$(realpath "$tool")
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
git -c safe.directory='*' clone -q . "$copy"
for name; do
  case $name in
    values) part Vmm.Data '**/Values/*.cs' ;;
    passwords) part Vmm.Core '**/Passwords/*.cs' ;;
    old-configuration) part Vmm.Core '**/OldConfiguration/*.cs' ;;
    addresses)
      part Vmm.Data '**/Rows/TraceKey.cs'
      part Vmm.Core '**/Administration/AliasGraph.cs' '**/MailServers/Postfix/RefusedAddresses.cs' \
        '**/MailServers/Dovecot/DeliveredUser.cs'
      ;;
    *) die "there is no part '$name'" "tests/mutation.sh [values] [passwords] [old-configuration] [addresses]" ;;
  esac
done
