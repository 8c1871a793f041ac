#!/bin/sh
# deps.sh: installs the build dependencies that are missing, with apt-get.
# Silent when nothing is.  WITH_VECTORSCAN=no leaves out the regex prefilter, WITH_LIVE=no the scripts of the report.
# BROWSER=yes adds what `make browser` drives.
set -eu

# what to look for : package that brings it, why it is needed
libraries='libpcre2-8 libpcre2-dev regular expressions
sqlite3 libsqlite3-dev the case database
zlib zlib1g-dev gzip
libcjson libcjson-dev JSON
libarchive libarchive-dev tar and zip bundles
yaml-0.1 libyaml-dev rules
libcmark libcmark-dev Markdown in reports
libzstd libzstd-dev zstd
liblzma liblzma-dev xz
nettle nettle-dev SHA-256
libedit libedit-dev editing and history in forensics sql
check check unit tests
libsubunit libsubunit-dev unit tests'
[ "${WITH_VECTORSCAN:-yes}" != yes ] || libraries="$libraries
libhs libvectorscan-dev regex prefilter"

# Small packages, pinned with their hashes; nothing of them runs during the installation.
fetch_into() { # DIRECTORY OPTION...
	dir=$1
	shift
	cmp -s tools/page/package-lock.json "$dir/package-lock.json" && return 0
	say "npm ci: packages of the report, into $dir"
	rm -rf "$dir"
	mkdir -p "$dir"
	cp tools/page/package.json tools/page/package-lock.json tools/page/.npmrc "$dir"
	# A lock file that is there says that all of it is.
	(cd "$dir" && npm ci "$@" --no-progress >&2) && return 0
	rm -rf "$dir"
	say 'npm could not fetch them; to build without: make WITH_LIVE=no'
	return 1
}
fetch_scripts() {
	[ "${WITH_LIVE:-yes}" != yes ] || fetch_into build/npm --omit=dev
	[ "${BROWSER:-no}" != yes ] || fetch_into build/browser
}

say() { echo "deps: $*" >&2; }
have() { command -v "$1" >/dev/null 2>&1; }
known() { apt-cache show "$1" >/dev/null 2>&1; } # to apt's lists
installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# Without pkg-config the package database has to do.
have_library() { # MODULE PACKAGE
	if have pkg-config; then pkg-config --exists "$1"; else installed "$2"; fi
}

# One line "package, what is missing, why" for each.
missing() {
	cc=${CC:-cc} # may be "ccache gcc"
	have "${cc%% *}" || case $cc in
	*clang*) echo "clang $cc the compiler" ;;
	*) echo "gcc $cc the compiler" ;;
	esac
	# gcc only recommends it, so it is asked for by name.
	# shellcheck disable=SC2086 # $cc may be several words
	{ have "${cc%% *}" && echo '#include <stdlib.h>' | $cc -E - >/dev/null 2>&1; } ||
		echo 'libc6-dev stdlib.h the C library'
	have make || echo 'make make the build'
	have pkg-config || echo 'pkg-config pkg-config finding libraries'
	[ "${WITH_LIVE:-yes}" != yes ] || have npm || echo 'npm npm the scripts of the report'
	[ "${BROWSER:-no}" != yes ] || have chromium || echo 'chromium chromium the browser that tests drive'
	echo '#include <bzlib.h>' | $cc -E - >/dev/null 2>&1 || echo 'libbz2-dev bzlib.h bzip2'
	echo "$libraries" | while read -r module package why; do
		have_library "$module" "$package" || echo "$package $module $why"
	done
}

names() { echo "$list" | cut -d ' ' -f 1 | tr '\n' ' ' | sed 's/ $//'; }

# Older releases have the original only, and only on x86.
choose_regex_library() {
	case " $(names) " in *' libvectorscan-dev '*) ;; *) return 0 ;; esac
	if ! known libvectorscan-dev && known libhyperscan-dev; then
		list=$(echo "$list" | sed 's/^libvectorscan-dev /libhyperscan-dev /')
	fi
}

all_known() {
	for package in $(names); do
		known "$package" || return 1
	done
}

list=$(missing)
[ -n "$list" ] || { fetch_scripts; exit; }

say 'missing for the build:'
echo "$list" | while read -r package what why; do
	printf '  %-12s %-20s %s\n' "$what" "$package" "$why" >&2
done

if ! have apt-get; then
	say "no apt-get here: install these (Debian's names) yourself: $(names)"
	exit 1
fi
choose_regex_library
root=
if [ "$(id -u)" != 0 ]; then
	if ! have sudo; then
		say 'neither root nor sudo; as root, run:'
		echo "apt-get update && apt-get install -y --no-install-recommends $(names)" >&2
		exit 1
	fi
	root=sudo
fi

run() {
	say "$root${root:+ }$*"
	$root env DEBIAN_FRONTEND=noninteractive "$@" </dev/null >&2
}

updated=no
update() {
	run apt-get update -q
	updated=yes
	choose_regex_library
}

install() {
	# shellcheck disable=SC2046 # one word per package
	run apt-get install -q -y --no-install-recommends $(names)
}

all_known || update || say 'apt-get update failed'
for package in $(names); do
	known "$package" && continue
	say "apt knows no package $package"
	[ "$package" != libvectorscan-dev ] || say 'to build without it: make WITH_VECTORSCAN=no'
	exit 1
done
# Lists that are weeks old name files the mirrors no longer have.
if ! install && { [ $updated = yes ] || ! update || ! install; }; then
	say 'installation failed; as root, run:'
	echo "apt-get update && apt-get install -y --no-install-recommends $(names)" >&2
	exit 1
fi

list=$(missing)
[ -z "$list" ] || { say "installed, and still not found: $(echo "$list" | cut -d ' ' -f 2 | tr '\n' ' ')"; exit 1; }
fetch_scripts
