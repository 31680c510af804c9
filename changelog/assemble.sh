#!/usr/bin/env bash
# Moves the entries of changelog/unreleased to changelog/VERSION and prints their section for CHANGELOG.md.
# Use: changelog/assemble.sh VERSION
set -euo pipefail
cd "$(dirname "$(realpath "${BASH_SOURCE[0]}")")"
version=${1:?Use: changelog/assemble.sh VERSION}

wrong=$(grep -LE '^(Security|Bugfix|Change|Enhancement): .*[^.]$' unreleased/*.md || true)
[ -z "$wrong" ] || { echo "assemble.sh: no line 'Security|Bugfix|Change|Enhancement: ...' in: $wrong" >&2; exit 1; }

echo "## $version ($(date +%Y-%m-%d))"
for kind in Security Bugfix Change Enhancement; do
  # The body is indented below its item; the number of the issue stays in the file.
  awk -v kind="$kind" '
    FNR == 1 { taken = sub("^" kind ": ", ""); if (taken) print (n++ ? "" : "\n### " kind "\n\n") "- " $0 "." ; next }
    taken && !/^Issue:/ { print $0 == "" ? "" : "  " $0 }
  ' unreleased/*.md
done
mkdir -p "$version"
git mv unreleased/*.md "$version/"
