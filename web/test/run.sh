#!/bin/sh
# Starts the real server with a demo fleet in a folder of its own, runs the
# command that is given against it, and stops it.
set -eu
if [ "${SKIP_BROWSER:-}" = 1 ]; then
  echo "browser tests skipped: SKIP_BROWSER=1"
  exit 0
fi
cd "$(dirname "$0")/.."
dir=$(mktemp -d)
# Two free ports: the server's, and that of a provider which the tests play.
ports=$(node -e '
  const { createServer } = require("node:net")
  const servers = [0, 0].map(() => createServer().listen(0, "127.0.0.1"))
  let left = servers.length
  for (const s of servers) s.on("listening", () => {
    if (--left > 0) return
    console.log(servers.map((s) => s.address().port).join(" "))
    for (const s of servers) s.close()
  })')
port=${ports% *}
unset DATABASE_URL
export FLEET_LOG_LEVEL=DEBUG FLEET_DATA_DIR="$dir/data" FLEET_ADDR="127.0.0.1:$port" FLEET_METRICS_ADDR= FLEET_PUBLIC_URL="http://127.0.0.1:$port"
# Browser sessions may send the client's own documents alone; the demo's user has no session.
export FLEET_TRUSTED_ONLY=true
# The password of the users who sign in, and the address of the provider.
export FLEET_TEST_PASSWORD="correct horse battery staple" FLEET_TEST_ISSUER="http://127.0.0.1:${ports#* }"
server=
stop() {
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  [ -z "$server" ] || wait "$server" 2>/dev/null || true
  [ -z "${FLEET_TEST_LOGS:-}" ] || cp "$dir/log" "$FLEET_TEST_LOGS/browser-$port.log"
  rm -rf "$dir"
}
trap stop EXIT INT TERM
printf %s "$FLEET_TEST_PASSWORD" >"$dir/password"
if ! {
  ../bin/server user add --company "Browser Tests" --create-company --email tess@example.com --name "Tess Ng" --role ADMIN --password-file "$dir/password" &&
    ../bin/server user add --company "Browser Tests" --email ana@example.com --name "Ana Ruiz" --role ANALYST --password-file "$dir/password" &&
    ../bin/server sso set --company "Browser Tests" --issuer "$FLEET_TEST_ISSUER" --client-id fleet
} >"$dir/log" 2>&1; then
  cat "$dir/log" >&2
  exit 1
fi
../bin/server serve --demo >"$dir/log" 2>&1 &
server=$!
tries=0
until curl -sf "http://127.0.0.1:$port/readyz" >/dev/null; do
  tries=$((tries + 1))
  if [ "$tries" -gt 900 ] || ! kill -0 "$server" 2>/dev/null; then
    cat "$dir/log" >&2
    exit 1
  fi
  sleep 0.2
done
FLEET_URL="http://127.0.0.1:$port" "$@"
