#!/bin/sh
# Runs the browser tests as two halves side by side, each with a server and a
# fleet of its own. What the second half says follows what the first one says.
set -u
cd "$(dirname "$0")/.." || exit
said=$(mktemp)
trap 'rm -f "$said"' EXIT
half() { sh test/run.sh node --test --test-concurrency=1 --test-shard="$1/2" test/*.browser.test.mjs; }
half 2 >"$said" 2>&1 &
second=$!
trap 'kill "$second" 2>/dev/null; exit 130' INT TERM
half 1
failed=$?
wait "$second" || failed=1
cat "$said"
exit "$failed"
