#!/bin/sh
# deb.sh ROOT VERSION OUT: a Debian package of what `make install` put below ROOT.
# Runs on any Debian or Ubuntu; the package depends on the libraries of the release it was built on.
set -eu
root=$1
version=$2
out=$3
arch=$(dpkg --print-architecture)
doc=$root/usr/share/doc/forensics

# The packages of the libraries that are linked, as this machine has them.
depends=$(readelf -d "$root/usr/bin/forensics" | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p' | while read -r soname; do
	path=$(ldconfig -p | sed -n "s/^[[:space:]]*$soname .*=> //p" | head -n 1)
	dpkg -S "$(readlink -f "$path")" "$path" 2>/dev/null | sed -n '1s/:.*//p'
done | sort -u | while read -r package; do
	printf '%s (>= %s)\n' "$package" "$(dpkg-query -W -f '${Version}' "$package" | sed 's/[-+~].*//')"
done | paste -sd , - | sed 's/,/, /g')

mkdir -p "$root/DEBIAN" "$doc"
{
	printf 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: forensics\n\nFiles: *\nCopyright: the authors of forensics\nLicense: Expat\n'
	sed -e 's/^$/./' -e 's/^/ /' LICENSE
} >"$doc/copyright"
gzip -9nc CHANGELOG.md >"$doc/changelog.gz"
cat >"$root/DEBIAN/control" <<-EOF
	Package: forensics
	Version: $version
	Architecture: $arch
	Maintainer: the authors of forensics <root@localhost>
	Depends: $depends
	Recommends: less
	Section: admin
	Priority: optional
	Installed-Size: $(du -sk "$root/usr" | cut -f 1)
	Description: finds known failures in a bundle of logs, with the evidence
	 Reads what was collected from a GPU machine, a Kubernetes cluster or an Azure
	 OpenAI deployment into one SQLite file, puts every line at its true time, and
	 reports which known failure scenarios matched.
EOF
(cd "$root" && find usr -type f | LC_ALL=C sort | xargs md5sum) >"$root/DEBIAN/md5sums"
find "$root" -type d -exec chmod 755 {} +
# The same input gives the same package.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-0} dpkg-deb --root-owner-group -b "$root" "$out" >/dev/null
dpkg-deb -I "$out" | sed -n 's/^ \(Package\|Version\|Depends\)/\1/p'
