#!/usr/bin/env bash
# Lets every system call of commands that changes something fail, and kills them there; cuts their connections to the server of
# databases after every message. That takes more than an hour. Prints a table: command, calls, errors, kills, faults found.
# Use: sudo tests/injection.sh [NAME...]     names of commands, such as useradd; all of them without a name
set -euo pipefail
cd "$(dirname "$(realpath "${BASH_SOURCE[0]}")")/.."
# shellcheck source=install/lib.sh
. install/lib.sh

[ "$(id -u)" = 0 ] || die "the tests make users' mail directories and need root" "sudo tests/injection.sh"
find_dotnet
runner=tests/Vmm.Tests/bin/Release/net10.0/Vmm.Tests.dll
[ -e "$runner" ] || die "the tests are not built" "sudo ./test.sh --filter-class '*InjectionTests' builds them."

log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0

run() { # run CLASS: appends what it says
  VMM_TEST_INJECTIONS=$names env --default-signal=INT,QUIT dotnet "$runner" -noColor -showLiveOutput \
    -class "Vmm.Tests.Crash.$1" >> "$log" 2>&1
}

names=$(IFS=,; echo "${*:-all}")
run InjectionTests || status=$?
# A command without a connection, such as configset, has nothing that can be cut; the runner counts that as a failure.
run LostConnectionTests || grep -q 'No data found for Vmm.Tests.Crash.LostConnectionTests' "$log" || status=$?

# A line of the tests: injected, command, calls, errors, kills, not reached, faults; or cut, command, messages, failed. The runner
# shows a tab as \t.
sed -i 's/\\t/\t/g' "$log"
row='%-44s %7s %7s %7s %11s %7s\n'
# shellcheck disable=SC2059 # the format is the same for all lines
printf "$row" command calls errors kills 'not reached' faults
sed -n 's/.*\(injected\t.*\)/\1/p' "$log" | while IFS=$'\t' read -r _ name calls errors kills missed faults; do
  # shellcheck disable=SC2059
  printf "$row" "$name" "$calls" "$errors" "$kills" "$missed" "$faults"
done
printf '\n%-44s %8s %6s\n' 'connection cut in' messages failed
sed -n 's/.*\(cut\t.*\)/\1/p' "$log" | while IFS=$'\t' read -r _ name messages failed; do
  printf '%-44s %8s %6s\n' "$name" "$messages" "$failed"
done
[ "$status" = 0 ] || grep -v -e $'injected\t' -e $'cut\t' "$log"
exit "$status"
