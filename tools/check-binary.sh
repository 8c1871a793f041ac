#!/bin/sh
# check-binary.sh PROGRAM LIBRARY: what the linked program asks of the system.
# No network, no other programs but the reader's pager, no code loaded at run time, and no banned function that a
# macro or a header smuggled in.  Its shared libraries are not looked into: only what it calls itself.
set -eu
program=$1
library=$2
bad=0

# PROGRAM may be linked with sanitizers, which do all of this: then there is nothing to see.
if nm -D --undefined-only "$program" | grep -q '__asan_\|__tsan_'; then
	echo "check-binary: $program has sanitizers: skipped" >&2
	exit 0
fi

refuse() { # WHAT, NAMES (one alternation), LISTING
	found=$(echo "$3" | sed -n "s/^ *U \\(__\\)\\{0,1\\}\\($2\\)\\(_chk\\)\\{0,1\\}\\(@.*\\)\\{0,1\\}\$/\\2/p" | sort -u | tr '\n' ' ')
	[ -z "$found" ] || { echo "$1: $found"; bad=1; }
}

dynamic=$(nm -D --undefined-only "$program")
refuse "$program: network" \
	'socket\|socketpair\|connect\|bind\|listen\|accept\|accept4\|send\|sendto\|sendmsg\|recv\|recvfrom\|recvmsg\|getaddrinfo\|getnameinfo\|gethostby[a-z]*\|res_[a-z]*\|curl_[a-z_]*\|SSL_[A-Za-z_]*\|PQ[a-z]*' "$dynamic"
refuse "$program: other programs" 'system\|popen\|vfork\|clone\|posix_spawn[a-z]*\|dlopen\|dlmopen' "$dynamic"

# Per object, to say which.
objects=$(nm -A --undefined-only "$library" 2>/dev/null)
starts=$(echo "$objects" | sed -n 's/^[^:]*:\([^:]*\):.* U \(fork\|exec[a-z]*\)$/\1/p' | sort -u | grep -v '^pager\.o$' | tr '\n' ' ')
[ -z "$starts" ] || { echo "$library: other programs are started by $starts"; bad=1; }
banned=$(sed -n 's/^#pragma GCC poison //p' analyzer/base/banned.h | tr ' ' '\n' | sort -u)
for name in $banned; do
	where=$(echo "$objects" | sed -n "s/^[^:]*:\\([^:]*\\):.* U \\(__\\)\\{0,1\\}\\(isoc[0-9]*_\\)\\{0,1\\}$name\\(_chk\\)\\{0,1\\}\$/\\1/p" | sort -u | tr '\n' ' ')
	[ -z "$where" ] || { echo "$library: $name is banned, and used by $where"; bad=1; }
done

# Position independent, read-only relocations, no executable stack.
readelf -h "$program" | grep -q 'Type: *DYN' || { echo "$program: not position independent"; bad=1; }
readelf -lW "$program" | grep -q GNU_RELRO || { echo "$program: no read-only relocations"; bad=1; }
readelf -dW "$program" | grep -q 'BIND_NOW\|FLAGS.*NOW' || { echo "$program: lazy binding"; bad=1; }
readelf -lW "$program" | grep 'GNU_STACK' | grep -q 'RW ' || { echo "$program: executable stack"; bad=1; }
exit $bad
