#!/usr/bin/env bash
# What the scripts here compare: PostgreSQL, Debian's vmm 0.7 (nothing of it is started; not with the argument new), and this
# vmm, published. With the argument dovecot also Dovecot.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

lacking=() more=(vmm)
case ${1:-} in
  new) more=() ;;
  dovecot) more+=(dovecot-core dovecot-lmtpd dovecot-pgsql) ;;
esac
for package in postgresql postgresql-client "${more[@]}"; do
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2> /dev/null)" = installed ] || lacking+=("$package")
done
if [ ${#lacking[@]} -gt 0 ]; then
  echo "installing: ${lacking[*]}"
  install/packages.sh trial
  DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -qq install -y --no-install-recommends "${lacking[@]}" \
    > /dev/null
fi

if [ -z "${VMM_BINARY:-}" ] && [ ! -x artifacts/publish/vmm ]; then
  install/packages.sh build
  case $(uname -m) in aarch64) rid=linux-arm64 ;; *) rid=linux-x64 ;; esac
  dotnet publish src/Vmm.Cli -c Release -r "$rid" -o artifacts/publish --disable-build-servers -v quiet -nologo
fi
