#!/usr/bin/env bash
# Makes a directory with Debian 13, PostgreSQL 17, Postfix 3.10 and Dovecot 2.4 in it, from Debian's packages; kept for the next
# run.
# Use: tests/debian-13.sh [DIR]     (/var/cache/vmm-tests/debian-13)
# shellcheck disable=SC2016 # what stands in single quotes is for others to expand
set -euo pipefail
cd "$(dirname "$(realpath "${BASH_SOURCE[0]}")")/.."
# shellcheck source=install/lib.sh
. install/lib.sh

DIR=${1:-/var/cache/vmm-tests/debian-13}
# One that was made for other packages is made anew.
WANTED=$(cat tests/debian-13.sh install/packages.sh | sha256sum)

# make_root DIR: in a mount namespace of its own.
make_root() {
  local mirror
  # Where this system's own packages come from.
  mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | grep -m 1 '/debian/*$' || true)
  [ -n "$mirror" ] || die "no Debian mirror among the sources of apt"
  debootstrap --variant=minbase --keyring=/usr/share/keyrings/debian-archive-keyring.gpg trixie "$1" "$mirror"
  # Nothing that the installation starts may run there.
  printf '#!/bin/sh\nexit 101\n' > "$1/usr/sbin/policy-rc.d"
  chmod 0755 "$1/usr/sbin/policy-rc.d"
  mkdir -p "$1/mnt/vmm"
  mount --bind -o ro . "$1/mnt/vmm"
  mount -t proc proc "$1/proc"
  chroot "$1" /mnt/vmm/install/packages.sh trial
  umount "$1/proc" "$1/mnt/vmm"
  rm -rf "$1"/var/cache/apt/archives/*.deb "$1"/var/lib/apt/lists/*
}

[ "$(id -u)" = 0 ] || die "only root can make it" "sudo tests/debian-13.sh"
[ "$(cat "$DIR/made-for" 2> /dev/null)" != "$WANTED" ] || exit 0
command -v debootstrap > /dev/null \
  || DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o DPkg::Lock::Timeout=300 install --no-install-recommends debootstrap \
    > /dev/null
install -d -m 0755 "${DIR%/*}"
rm -rf --one-file-system "$DIR" "$DIR.new"
log=$(mktemp)
# In a mount namespace of its own: whatever becomes of this, no mount is left.
export -f make_root die
if ! unshare --mount --propagation private bash -ec 'make_root "$1"' - "$DIR.new" > "$log" 2>&1 < /dev/null; then
  tail -n 20 "$log" >&2
  die "Debian 13 could not be put into $DIR" "The log is $log."
fi
rm -f "$log"
echo "$WANTED" > "$DIR.new/made-for"
mv "$DIR.new" "$DIR"
