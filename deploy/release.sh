#!/bin/sh
# Makes all that a release consists of: the static server, its software bill of materials (CycloneDX), a
# Debian package of both, and the sums of these files. The pages (web/dist) have to be built before. The same
# commit gives the same bytes; VERSION and COMMIT are as in build.sh.
#
#   deploy/release.sh FOLDER     # a new or an empty one
set -eu
output=$(realpath -m "${1:?usage: release.sh FOLDER}")
cd "$(dirname "$0")/.."
: "${SOURCE_DATE_EPOCH:=$(git log -1 --format=%ct)}"
export SOURCE_DATE_EPOCH
mkdir -p "$output"
[ -z "$(ls -A "$output")" ] || {
  echo "$output is not empty" >&2
  exit 1
}
sh deploy/build.sh "$output/fleet-server"
"${GO:-go}" run ./deploy/sbom -time "$(date -u -d "@$SOURCE_DATE_EPOCH" +%FT%TZ)" \
  "$output/fleet-server" web/package-lock.json >"$output/fleet.cdx.json"
sh deploy/debian/build.sh "$output/fleet-server" "$output/fleet.cdx.json" "$output"
(cd "$output" && sha256sum -- * >SHA256SUMS.new && mv SHA256SUMS.new SHA256SUMS)
