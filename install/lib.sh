# shellcheck shell=bash
# Small functions that all parts of the installation share.

say() { printf '%s\n' "$*"; }
step() { printf '  %-58s' "$1"; }
ok() { printf 'ok%s\n' "${1:+  $1}"; }
warn() { printf 'install.sh: warning: %s\n' "$*" >&2; }
die() { printf 'install.sh: error: %s\n' "$1" >&2; [ $# -lt 2 ] || printf 'install.sh: hint: %s\n' "$2" >&2; exit 1; }

# A password of 128 random bits; hexadecimal, so that it needs no quoting anywhere.
new_password() { od -An -N16 -tx1 /dev/urandom | tr -d ' \n'; }

# render TEMPLATE TARGET MODE OWNER NAME=VALUE...: replaces @NAME@, in this process, so that no secret is in an argument list.
render() {
  local text target=$2 mode=$3 owner=$4 pair temporary
  text=$(<"$1")
  shift 4
  for pair in "$@"; do
    text=${text//"@${pair%%=*}@"/"${pair#*=}"}
  done
  temporary=$(mktemp "$target.XXXXXX")
  chown "$owner" "$temporary"
  chmod "$mode" "$temporary"
  printf '%s\n' "$text" > "$temporary"
  mv "$temporary" "$target"
}

# set_toml FILE SECTION KEY VALUE: writes the value behind the key, commented out or not, in this process.
set_toml() {
  local line section='' result='' done=
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in '['*']') section=${line#[}; section=${section%]} ;; esac
    if [ -z "$done" ] && [ "$section" = "$2" ] && [[ $line =~ ^\#?$3\ = ]]; then
      line="$3 = $4"
      done=1
    fi
    result+="$line"$'\n'
  done < "$1"
  [ -n "$done" ] || die "there is no line for $2.$3 in $1"
  printf '%s' "$result" > "$1"
}

# wait_for SECONDS COMMAND...: tries until it succeeds.
wait_for() {
  local end=$((SECONDS + $1))
  shift
  until "$@" > /dev/null 2>&1; do
    [ "$SECONDS" -lt "$end" ] || return 1
    sleep 0.1
  done
}

# The newest PostgreSQL server programs that Debian's packages put here.
pg_bindir() {
  local dir
  dir=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
  [ -x "$dir/initdb" ] || die "no PostgreSQL server programs below /usr/lib/postgresql" "apt-get install postgresql"
  printf '%s' "$dir"
}

# publish TARGET: builds the native program, or copies the one given by --binary.
publish() {
  if [ -n "${BINARY:-}" ]; then
    [ -x "$BINARY" ] || die "'$BINARY' is not a program"
    install -m 0755 "$BINARY" "$1"
    return
  fi
  command -v dotnet > /dev/null || die "the .NET SDK is missing" \
    "Install the SDK of global.json (.NET 10), or give a published program with --binary FILE."
  local arch out log
  case $(uname -m) in x86_64) arch=x64 ;; aarch64) arch=arm64 ;; *) die "no native build for $(uname -m)" ;; esac
  out=$(mktemp -d)
  log=$out/publish.log
  if ! DOTNET_CLI_TELEMETRY_OPTOUT=1 dotnet publish "$ROOT/src/Vmm.Cli" -c Release -r "linux-$arch" -o "$out/program" \
      --disable-build-servers -nodeReuse:false > "$log" 2>&1; then
    tail -n 20 "$log" >&2
    die "the build failed" "The whole output is in $log."
  fi
  install -m 0755 "$out/program/vmm" "$1"
  rm -rf "$out"
}
