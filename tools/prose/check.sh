#!/usr/bin/env bash
# The prose check: the phrases of the glossary (textlint), the spelling (codespell), and lines of prose of at most 100 columns.
# Use: tools/prose/check.sh [PATHSPEC...]     (without: what tools/prose/scope lists, and the spelling of all tracked files)
set -euo pipefail
cd "$(dirname "$(realpath "${BASH_SOURCE[0]}")")/../.."

# The clone may belong to another user than the one that runs this.
tracked() { git -c safe.directory='*' ls-files -z --cached --others --exclude-standard -- "$@"; }

install/packages.sh prose
# npm writes this file last, so a killed installation starts again.
if [ ! tools/prose/node_modules/.package-lock.json -nt tools/prose/package-lock.json ]; then
  npm --prefix tools/prose ci --no-audit --no-fund --loglevel error
fi

status=0
if [ $# -gt 0 ]; then
  mapfile -t scope < <(printf '%s\n' "$@")
  spelling=("$@")
else
  mapfile -t scope < <(grep -vE '^(#|$)' tools/prose/scope)
  # Tests misspell on purpose.
  spelling=(. ':!tests' ':!*/package*.json' ':!*/packages.lock.json' ':!tools/prose/spelling-ignore')
fi

tracked "${spelling[@]}" | xargs -0r codespell --ignore-words tools/prose/spelling-ignore || status=1

mapfile -d '' -t files < <(tracked "${scope[@]}")
[ ${#files[@]} -gt 0 ] || { echo "check.sh: no file matches" >&2; exit 2; }
# Paths are relative to the directory of the rules; what is found is shown relative to the repository.
(cd tools/prose && node_modules/.bin/textlint --format unix "${files[@]/#/../../}") | sed "s|^$PWD/||" || status=1

# Tables, code and lines without a blank, such as addresses, may be longer.
for file in "${files[@]}"; do
  [[ $file == *.md ]] || continue
  if LC_ALL=C.UTF-8 grep -nHE '^[^|].{100,}' -- "$file" | grep -vE '^[^:]*:[0-9]+:(    |[^ ]*$)' \
    | sed -E 's/^([^:]*:[0-9]+):.*/\1: more than 100 columns/'; then
    status=1
  fi
done
[ $status = 0 ] && echo "prose: ${#files[@]} files are in order"
exit $status
