#!/bin/sh
# Makes sure that there is a Chromium or Chrome for the browser tests: one that
# is installed, else Debian's package where it may be installed.
set -eu
[ "${SKIP_BROWSER:-}" = 1 ] && exit 0
node "$(dirname "$0")/browser.mjs" >/dev/null 2>&1 && exit 0
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
  echo "no browser here: installing Debian's chromium"
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null
  node "$(dirname "$0")/browser.mjs" >/dev/null && exit 0
fi
echo "The browser tests need Chromium or Chrome. Install one (apt install chromium, brew install --cask chromium)," >&2
echo "name it with CHROMIUM_PATH, or leave these tests out with SKIP_BROWSER=1." >&2
exit 1
