# shellcheck shell=bash
# Small functions that all parts of the installation share.

# Nothing of the caller's session decides where we connect, what we read, or who may read what we write.
umask 022
unset CDPATH MAIL_CONFIG VMM_CONFIG BASH_ENV "${!PG@}"
export LC_ALL=C.UTF-8 PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

say() { printf '%s\n' "$*"; }
step() { printf '  %-58s' "$1"; }
ok() { printf 'ok%s\n' "${1:+  $1}"; }
warn() { printf '%s: warning: %s\n' "${0##*/}" "$*" >&2; }
die() { printf '%s: error: %s\n' "${0##*/}" "$1" >&2; [ $# -lt 2 ] || printf '%s: hint: %s\n' "${0##*/}" "$2" >&2; exit 1; }

# A password of 128 random bits; hexadecimal, so that it needs no quoting anywhere.
new_password() { od -An -N16 -tx1 /dev/urandom | tr -d ' \n'; }

# A text as one word of any POSIX shell.
quote() { printf "'%s'" "${1//\'/\'\\\'\'}"; }

# The same, without quotes where none are needed: for the commands that people are told to type.
word() { if [[ $1 =~ ^[A-Za-z0-9_./+:@%=-]+$ ]]; then printf '%s' "$1"; else quote "$1"; fi; }

# write_new TARGET MODE OWNER: standard input becomes the file, which appears whole or not at all.
write_new() {
  local temporary
  temporary=$(mktemp "$1.XXXXXX")
  cat > "$temporary"
  # While a package is built by an ordinary user the owner is the package's affair.
  [ "$(id -u)" != 0 ] || chown "$3" "$temporary"
  chmod "$2" "$temporary"
  mv -f "$temporary" "$1"
}

# render TEMPLATE TARGET MODE OWNER NAME=VALUE...: replaces @NAME@, in this process, so that no secret is in an argument list.
render() {
  local text pair
  text=$(<"$1")
  for pair in "${@:5}"; do
    text=${text//"@${pair%%=*}@"/"${pair#*=}"}
  done
  printf '%s\n' "$text" | write_new "$2" "$3" "$4"
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

# detached LOG COMMAND...: starts a daemon that keeps nothing of ours open; else whoever reads our output would wait for its end.
detached() (
  log=$1
  shift
  for fd in /proc/"$BASHPID"/fd/*; do
    fd=${fd##*/}
    # 255 is bash's own.
    if [ "$fd" -gt 2 ] && [ "$fd" != 255 ]; then eval "exec $fd>&-"; fi
  done
  cd /
  exec "$@" < /dev/null > "$log" 2>&1
)

# sql_role CREATE|ALTER ROLE PASSWORD: for psql's standard input. Without a password the server may know the role by other means.
sql_role() {
  local password=
  [ -z "$3" ] || password=" PASSWORD '${3//"'"/"''"}'"
  echo "$1 ROLE $2 LOGIN$password;"
}

# The newest PostgreSQL server programs that Debian's packages put here.
pg_bindir() {
  local dir
  dir=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
  [ -x "$dir/initdb" ] || die "no PostgreSQL server programs below /usr/lib/postgresql" "apt-get install postgresql"
  printf '%s' "$dir"
}

# What the program is built from, as one number: sources, settings of the build, and the SDK that they ask for.
build_inputs() {
  (cd "$ROOT" && find src sql install/postfix install/dovecot Directory.*.props global.json BannedSymbols*.txt \
    \( -name bin -o -name obj \) -prune -o -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c 1-64)
}

# The SDK that global.json chooses here; nothing where there is none. Its compiler and its runtime are in the program.
sdk_version() { (cd "${ROOT:-.}" && find_dotnet && DOTNET_NOLOGO=1 dotnet --version) 2> /dev/null || true; }

# built_program: prints the path of a program that was built from the sources as they are, by the SDK that is here: installed, or
# in the clone's trial. Without an SDK it may have been built by any.
built_program() {
  local inputs sdk program stamp
  [ -d "$ROOT/src" ] || return 1
  inputs=$(build_inputs)
  sdk=$(sdk_version)
  for program in "$DESTDIR$PREFIX/sbin/vmm" "$ROOT"/trial/{share,world/share}/vmm; do
    stamp=$(built_from "$program")
    if [ -f "$stamp" ] && [ -x "$program" ] && \
        [[ $(<"$stamp") == "$inputs $(sha256sum < "$program" | cut -c 1-64) "${sdk:-*} ]]; then
      printf '%s\n' "$program"
      return
    fi
  done
  return 1
}

# built_from PROGRAM: the file that says what it was built from, that it is this program, and by which SDK.
built_from() {
  case $1 in
    */sbin/vmm) printf '%s\n' "${1%/sbin/vmm}/share/vmm/built-from" ;;
    *) printf '%s\n' "${1%/*}/built-from" ;;
  esac
}

# require_ids: a container without privileges often has 65536 uids and gids (user_namespaces(7)), and accounts get those from 70000
# up. Without them everything can be installed, and then no domain can be added. A thousand are enough to begin with.
require_ids() {
  local kind first count ranges
  for kind in uid gid; do
    # A kernel without user namespaces has no such file.
    [ -r "/proc/self/${kind}_map" ] || continue
    ranges=
    while read -r first _ count; do
      if [ "$first" -le 70000 ] && [ $((first + count)) -ge 71000 ]; then continue 2; fi
      ranges+="${ranges:+, }$first-$((first + count - 1))"
    done < "/proc/self/${kind}_map"
    # A map that nobody has written yet.
    [ -n "$ranges" ] || continue
    die "the ${kind}s from 70000 to 70999 are not mapped in this container, which has $ranges" \
      "Accounts get those from 70000 up. Map more ids into the container, on its host: /etc/subuid, /etc/subgid, lxc.idmap."
  done
}

# require_build: whatever is missing for the program is said before anything else is done.
require_build() {
  if [ -n "${BINARY:-}" ] || built_program > /dev/null; then return; fi
  find_dotnet
  (cd "$ROOT" && DOTNET_NOLOGO=1 dotnet --version > /dev/null 2>&1) || die "the .NET SDK of global.json is missing" \
    "Install the SDK of global.json (.NET 10), or give a published program with --binary FILE."
}

# sudo forgets the PATH that finds a .NET SDK outside of /usr/bin.
find_dotnet() {
  local dir home
  home=$(getent passwd "${SUDO_USER:-root}" | cut -d: -f6)
  for dir in "${DOTNET_ROOT:-}" /usr/share/dotnet /usr/lib/dotnet /opt/dotnet {"$HOME","$home"}/.dotnet; do
    command -v dotnet > /dev/null && return
    if [ -x "$dir/dotnet" ]; then PATH=$PATH:$dir; fi
  done
  command -v dotnet > /dev/null || die "the .NET SDK is missing" \
    "Install the SDK of global.json (.NET 10), or give a published program with --binary FILE."
}

# The series of the installed Dovecot, which decides what its configuration looks like; without one 2.3.
dovecot_series() {
  case $(dovecot --version 2> /dev/null || echo 2.3) in
    2.[0-3]*) echo 2.3 ;;
    *) echo 2.4 ;;
  esac
}

# publish TARGET: builds the native program, or copies the one given by --binary, or one that was built from the same sources.
# Nothing is written into the clone.
publish() {
  local arch out='' known='' made='' stamp
  stamp=$(built_from "$1")
  if [ -z "${BINARY:-}" ] && known=$(built_program); then
    made=$(<"$(built_from "$known")")
  elif [ -z "${BINARY:-}" ]; then
    made=$(build_inputs)
    find_dotnet
    case $(uname -m) in x86_64) arch=x64 ;; aarch64) arch=arm64 ;; *) die "no native build for $(uname -m)" ;; esac
    out=$(mktemp -d)
    if ! (cd "$ROOT" && DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 dotnet publish src/Vmm.Cli -c Release -r "linux-$arch" \
        -p:RunAnalyzers=false --artifacts-path "$out/build" -o "$out/program" --disable-build-servers -nodeReuse:false) \
        < /dev/null > "$out/log" 2>&1; then
      tail -n 20 "$out/log" >&2
      die "the build failed" "The whole output is in $out/log."
    fi
    made+=" $(sha256sum < "$out/program/vmm" | cut -c 1-64) $(sdk_version)"
  fi
  # Without the stamp until the program is in its place.
  [ "$known" = "$1" ] || rm -f "$stamp"
  install -m 0755 "${BINARY:-${known:-$out/program/vmm}}" "$1.new"
  mv -f "$1.new" "$1"
  [ -z "$made" ] || printf '%s\n' "$made" > "$stamp"
  [ -z "$out" ] || rm -rf "$out"
}

# The statements of the schema for a psql that cannot read files here: each included file is put in the place of its line.
schema_sql() {
  awk -v directory="$ROOT/sql/" 'function show(file, line) {
      while ((getline line < (directory file)) > 0) if (line ~ /^\\ir /) show(substr(line, 5)); else print line
    }
    BEGIN { show("create_tables.pgsql") }'
}
