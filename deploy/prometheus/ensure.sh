#!/bin/sh
# Makes sure that there is promtool for the tests of the alerts: one that is installed, else that of Debian's
# package where it may be unpacked. Nothing is installed: the package would start a service.
set -eu
[ "${SKIP_PROMTOOL:-}" = 1 ] && exit 0
[ "$(uname)" = Linux ] || exit 0 # the tests are for Linux
command -v promtool >/dev/null 2>&1 && exit 0
target=${PROMTOOL_DIR:-/usr/local/bin}
if command -v apt-get >/dev/null 2>&1 && [ -w "$target" ]; then
  echo "no promtool here: taking that of Debian's prometheus"
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  chmod 755 "$work" # apt downloads under an account of its own
  apt-get update -qq
  (cd "$work" && apt-get download -qq prometheus >/dev/null && dpkg-deb -x prometheus_*.deb unpacked)
  install "$work/unpacked/usr/bin/promtool" "$target/promtool"
  command -v promtool >/dev/null 2>&1 && exit 0
fi
echo "The tests of the alerts need promtool. Install it (apt install prometheus)," >&2
echo "or leave these tests out with SKIP_PROMTOOL=1." >&2
exit 1
