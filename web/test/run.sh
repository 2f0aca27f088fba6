#!/bin/sh
# Starts the real server with a demo fleet in a folder of its own, runs the
# browser tests against it, and stops it.
set -eu
if [ "${SKIP_BROWSER:-}" = 1 ]; then
  echo "browser tests skipped: SKIP_BROWSER=1"
  exit 0
fi
cd "$(dirname "$0")/.."
dir=$(mktemp -d)
port=${FLEET_TEST_PORT:-18080}
env -u DATABASE_URL FLEET_DATA_DIR="$dir/data" FLEET_ADDR="127.0.0.1:$port" FLEET_METRICS_ADDR= ../bin/server serve --demo >"$dir/log" 2>&1 &
server=$!
stop() {
  kill "$server" 2>/dev/null || true
  wait "$server" 2>/dev/null || true
  rm -rf "$dir"
}
trap stop EXIT INT TERM
tries=0
until curl -sf "http://127.0.0.1:$port/readyz" >/dev/null; do
  tries=$((tries + 1))
  if [ "$tries" -gt 150 ] || ! kill -0 "$server" 2>/dev/null; then
    cat "$dir/log" >&2
    exit 1
  fi
  sleep 0.2
done
FLEET_URL="http://127.0.0.1:$port" npm run --silent test:browser
