#!/bin/sh
# Makes a Debian package of a server that was built: the program, the unit of its instances, a file for its
# settings, and what stands beside it (nginx, Prometheus, documents, the bill of materials) as examples.
#
#   deploy/debian/build.sh BINARY BILL_OF_MATERIALS FOLDER
#
# SOURCE_DATE_EPOCH is the moment of all files; the same input gives the same bytes.
set -eu
[ $# -eq 3 ] || {
  echo "usage: build.sh BINARY BILL_OF_MATERIALS FOLDER" >&2
  exit 2
}
binary=$(realpath "$1")
bill=$(realpath "$2")
output=$(realpath "$3")
cd "$(dirname "$0")/.."
: "${SOURCE_DATE_EPOCH:=$(date +%s)}"
export SOURCE_DATE_EPOCH

# A version begins with a digit and has no hyphen; without a tag, later commits have later versions.
version=$("$binary" version | sed 's/^fleet \([^,]*\), .*/\1/; s/^v\([0-9]\)/\1/')
case $version in
[0-9]*.*) version=$(printf %s "$version" | tr - +) ;;
*) version="0~$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y%m%d%H%M%S).$(printf %s "$version" | tr - +)" ;;
esac
architecture=$(dpkg --print-architecture)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
documents=$root/usr/share/doc/bitcorp-fleet
install -D -m 755 "$binary" "$root/usr/bin/fleet-server"
mkdir -p "$root/usr/lib/systemd/system" "$root/etc/fleet" "$documents/examples" "$root/DEBIAN"
sed 's|/usr/local/bin/fleet-server|/usr/bin/fleet-server|; s|^Documentation=.*|Documentation=file:///usr/share/doc/bitcorp-fleet/operations.md|' \
  systemd/fleet@.service >"$root/usr/lib/systemd/system/fleet@.service"
cp debian/fleet.env "$root/etc/fleet/fleet.env"
cp ../docs/*.md "$documents/"
cp ../LICENSE "$documents/copyright"
cp "$bill" "$documents/fleet.cdx.json"
cp -r nginx prometheus grafana "$documents/examples/"
rm "$documents/examples/prometheus/ensure.sh"
chmod -R u=rwX,go=rX "$root"
chmod 600 "$root/etc/fleet/fleet.env"
for script in postinst prerm postrm; do
  install -m 755 "debian/$script" "$root/DEBIAN/$script"
done
echo /etc/fleet/fleet.env >"$root/DEBIAN/conffiles"
(cd "$root" && find usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
cat >"$root/DEBIAN/control" <<END
Package: bitcorp-fleet
Version: $version
Architecture: $architecture
Maintainer: Bitcorp Fleet <fleet@bitcorp.dev>
Section: database
Priority: optional
Installed-Size: $(du -sk --apparent-size "$root" | cut -f1)
Recommends: postgresql (>= 15) | postgresql-client, nginx
Suggests: prometheus, pgbouncer
Description: equipment, operators and maintenance history over GraphQL
 Construction companies run their heavy equipment on it. One server answers
 GraphQL over PostgreSQL, with its pages for the browser, live dashboards,
 key figures, imports and exports.
END
find "$root" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
# One thread: more of them give other bytes.
dpkg-deb --root-owner-group -Zxz --threads-max=1 --build "$root" "$output/bitcorp-fleet_${version}_$architecture.deb"
