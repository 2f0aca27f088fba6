#!/bin/sh
# Makes sure that a program is there for the tests that need it: one that is installed, else that of a Debian
# package where it may be installed.
# Usage: deploy/ensure.sh VARIABLE PROGRAM PACKAGE, where VARIABLE=1 leaves these tests out.
set -eu
variable=$1 program=$2 package=$3
[ "$(printenv "$variable" || true)" = 1 ] && exit 0
[ "$(uname)" = Linux ] || exit 0 # the tests are for Linux
command -v "$program" >/dev/null 2>&1 && exit 0
[ -x "/usr/sbin/$program" ] && exit 0
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
  echo "no $program here: installing Debian's $package"
  # The package starts a service, which the tests do not need.
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq "$package" >/dev/null
  [ -x "/usr/sbin/$program" ] && exit 0
fi
echo "Some tests need $program. Install it (apt install $package)," >&2
echo "or leave these tests out with $variable=1." >&2
exit 1
