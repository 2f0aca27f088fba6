#!/bin/sh
# Makes sure that there is an nginx for the tests behind it: one that is installed, else Debian's package
# where it may be installed.
set -eu
[ "${SKIP_NGINX:-}" = 1 ] && exit 0
[ "$(uname)" = Linux ] || exit 0 # the tests are for Linux
command -v nginx >/dev/null 2>&1 && exit 0
[ -x /usr/sbin/nginx ] && exit 0
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
  echo "no nginx here: installing Debian's nginx-light"
  # The package starts a service, which the tests do not need.
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq nginx-light >/dev/null
  [ -x /usr/sbin/nginx ] && exit 0
fi
echo "The tests behind nginx need it. Install it (apt install nginx)," >&2
echo "or leave these tests out with SKIP_NGINX=1." >&2
exit 1
