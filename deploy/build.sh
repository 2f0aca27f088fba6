#!/bin/sh
# Builds the server for a release: static, without paths of this machine, the same bytes for the same source
# and Go release. The pages (web/dist) have to be built before. VERSION and COMMIT are set by git unless they
# are given.
#
#   deploy/build.sh bin/server
set -eu
output=$(realpath -m "${1:?usage: build.sh FILE}")
cd "$(dirname "$0")/.."
: "${VERSION:=$(git describe --always --dirty 2>/dev/null || echo dev)}"
: "${COMMIT:=$(git rev-parse HEAD 2>/dev/null || echo unknown)}"
CGO_ENABLED=0 GOFLAGS='' "${GO:-go}" build -trimpath -buildvcs=false \
  -ldflags "-s -w -buildid= -X main.version=$VERSION -X main.commit=$COMMIT" -o "$output" ./cmd/server
