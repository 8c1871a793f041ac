# redact: the copy tells the same findings and not whose they are.
. "$(dirname "$0")/lib.inc"

mkdir -p b/logs/gpu-vm-03
make_bundle b
echo 'Linux gpu-vm-03 6.8.0-45-generic #45-Ubuntu SMP PREEMPT_DYNAMIC Fri Aug 30 12:02:13 UTC 2024 x86_64 x86_64 x86_64 GNU/Linux' >b/uname.txt
cat >b/logs/gpu-vm-03/syslog <<'END'
Feb  6 13:20:01 gpu-vm-03 sshd[811]: Accepted publickey for maria.k from 10.20.30.40 port 50122 ssh2
Feb  6 13:20:02 gpu-vm-03 app[90]: GPU-VM-03 and gpu-vm-031 and xgpu-vm-03x are three machines
Feb  6 13:20:03 gpu-vm-03 app[90]: mail to eva@northwind.test at northwind.test, ip fe80::215:5dff:fe00:102, mac 00:15:5d:00:01:02
Feb  6 13:20:04 gpu-vm-03 app[90]: Authorization: Bearer abcdefgh12345678 key sk-abcdefghijklmnopqrst0123
Feb  6 13:20:05 gpu-vm-03 app[90]: redis://maria.k:hunter2@10.20.30.41:6379/0 AccountKey=Zm9vYmFyYmF6cXV4Zm9vYmFy==;x
Feb  6 13:20:06 gpu-vm-03 app[90]: subscription 5F1C2D9E-0d3b-4c0e-9f7e-2a4a8c0f5b11 and 5f1c2d9e-0d3b-4c0e-9f7e-2a4a8c0f5b11
Feb  6 13:20:07 gpu-vm-03 app[90]: {"k":"-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7\n-----END PRIVATE KEY-----\n","n":1}
Feb  6 13:20:08 gpu-vm-03 app[90]: home is /home/maria.k/run
END
printf '\377\376F\000e\000b\000 \000 \0006\000 \0001\0003\000:\0002\0001\000:\0000\0000\000 \000g\000p\000u\000-\000v\000m\000-\0000\0003\000 \000a\000:\000 \000x\000\n\000' >b/utf16.log
head -c 4000 /dev/zero >b/core.bin
echo 'what nobody reads: Contoso' >b/unknown.xyz
cp -r b before

run redact b -o out.d --map map.tsv
exits 0
err_has 'look at out.d before you send it'
run_sh 'diff -r b before'
exits 0
run_sh 'cat out.d/logs/*/syslog out.d/utf16.log out.d/uname.txt out.d/REDACTED.txt; find out.d'
for secret in 'gpu-vm-03 ' gpu-vm-03/ GPU-VM-03 maria eva@ northwind 10.20.30 fe80::215 00:15:5d abcdefgh hunter2 Zm9v 5f1c2d9e 5F1C2D9E MIIE; do
	out_hasnt "$secret"
done
out_has 'HOST01 and gpu-vm-031 and xgpu-vm-03x are three machines'
out_has 'host01 a: x'
out_has 'out.d/logs/host01/syslog'
out_has 'subscription 00000001-0000-4000-A000'
out_has '-----BEGIN PRIVATE KEY-----\nREDACTED\n-----END PRIVATE KEY-----\n","n":1}'
out_has 'core.bin: '
out_has 'host and node names'
[ ! -s out.d/core.bin ] && [ ! -s out.d/unknown.xyz ] || not_ok 'a file that nobody reads was copied'
grep -q '^gpu-vm-03	host01$' map.tsv || not_ok 'the map lacks the host'
grep -q 'hunter2' map.tsv && not_ok 'the map has a secret'
[ "$(stat -c %a map.tsv)" = 600 ] || not_ok 'others may read the map'

# The same findings, names aside.
run analyze b --json
sed -e 's/gpu-vm-03/host01/g' -e 's/"offset":[0-9]*//g' -e '/"sha256"/d' out | tr ',' '\n' | grep -v 'sha256\|"bundle' >a.json
run analyze out.d --json
out_has '"rule":"gpu-fell-off-bus"'
run_sh "tr ',' '\\n' <out | grep -o '\"rule\":.*\\|\"line\":.*\\|\"start\":.*' | sort >o.txt; tr ',' '\\n' <a.json | grep -o '\"rule\":.*\\|\"line\":.*\\|\"start\":.*' | sort | diff - o.txt"
exits 0

# An archive, the same text; a key makes the same names everywhere.
run redact b -o out.tar.gz
exits 0
run_sh 'mkdir un && tar xzf out.tar.gz -C un && diff -r un out.d'
exits 0
# An archive in an archive, a name twice, a name longer than tar's, a folder called as a file.
long=$(printf '%0120d' 7)
mkdir -p "nest/$long" nest/a
(cd b && tar czf ../nest/gpu-vm-03.tar.gz logs uname.txt)
cp b/uname.txt "nest/$long/uname.txt"
gzip -c b/uname.txt >nest/uname.txt.gz
cp b/uname.txt nest/uname.txt
cp b/uname.txt nest/a/b
(cd nest && tar cf ../nest.tar . && rm -r a && cp uname.txt a && tar rf ../nest.tar a)
run redact nest.tar -o nest.tar.gz
exits 0
run_sh 'tar tzf nest.tar.gz'
out_has 'host01.tar.gz/logs/host01/syslog'
out_has "$long/uname.txt"
out_has 'uname.txt-2'
out_has 'a-2'
run redact nest.tar -o nest.d
exits 0
run_sh 'mkdir un2 && tar xzf nest.tar.gz -C un2 && diff -r un2 nest.d'
exits 0

echo 'a key that is long enough' >key
run redact b -o k1 --key-file key
exits 0
mkdir one && cp b/uname.txt one/
run redact one -o k2 --key-file key
exits 0
run_sh 'cmp k1/uname.txt k2/uname.txt'
exits 0
echo short >key
run redact b -o k3 --key-file key
exits 2
err_has 'shorter than'
there_isnt k3

# Evidence is not written to, nothing is replaced.
run redact b -o b/copy
exits 2
err_has 'evidence'
run redact b -o out --map b/map
exits 2
run redact b -o out --map out/map
exits 2
run redact b -o out.d
exits 2
err_has 'is there already'
run redact b -o out.tar.gz
exits 2
run redact b -o again --map map.tsv
exits 3
run redact b
exits 2
run redact - -o x
exits 2
run redact nosuch -o x
exits 3
run_sh 'diff -r b before'
exits 0
done_testing
