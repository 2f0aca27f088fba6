#!/bin/sh
# Makes sure that there is a PgBouncer for the tests behind a pooler: one that is
# installed, else Debian's package where it may be installed.
set -eu
[ "${SKIP_POOLER:-}" = 1 ] && exit 0
[ "$(uname)" = Linux ] || exit 0 # the tests are for Linux
command -v pgbouncer >/dev/null 2>&1 && exit 0
[ -x /usr/sbin/pgbouncer ] && exit 0
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
  echo "no PgBouncer here: installing Debian's pgbouncer"
  # The package starts a service, which the tests do not need.
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq pgbouncer >/dev/null
  [ -x /usr/sbin/pgbouncer ] && exit 0
fi
echo "The tests behind a pooler need PgBouncer. Install it (apt install pgbouncer)," >&2
echo "or leave these tests out with SKIP_POOLER=1." >&2
exit 1
