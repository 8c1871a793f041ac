# What happened when: timeline, show, explain, metrics, export.
. "$(dirname "$0")/lib.inc"
make_bundle bundle
cat >bundle/app.log <<'EOF'
2025-02-06T13:55:10.100Z INFO loading weights
2025-02-06T13:55:19.900Z ERROR worker died
Traceback (most recent call last):
  File "/srv/app.py", line 7, in <module>
    run()
RuntimeError: lost the device
2025-02-06T13:58:00.000Z INFO bye
EOF
cat >bundle/gpu.csv <<'EOF'
timestamp, index, temperature.gpu, memory.used [MiB]
2025/02/06 13:54:00.000, 0, 61, 1024 MiB
2025/02/06 13:54:10.000, 0, 64, 2048 MiB
2025/02/06 13:54:20.000, 0, 70, 4096 MiB
EOF
run analyze bundle -d case.db
exits 0

run timeline -d case.db
exits 0
out_has 'GPU has fallen off the bus'
out_has 'dmesg.txt:4'
out_has 'loading weights'
run timeline case.db --source app_log
out_has 'loading weights'
out_hasnt 'fallen off the bus'
run timeline case.db --source 'app*' --severity err
out_has 'worker died'
out_hasnt 'loading weights'
run timeline case.db --source app_log --severity error
out_has 'worker died'
run timeline case.db --source app_log --since 2025-02-06T13:57 --until '2025-02-06 23:00'
out_has 'bye'
out_hasnt 'worker died'
run timeline case.db --source app_log --since 2025-02-06 --until 2025-02-06T14:55:15+01:00
out_has 'loading weights'
out_hasnt 'worker died'
run timeline case.db --since 2025-02-07
exits 0
out_is_empty
err_has 'no record'
run timeline case.db --until=+1s
out_has 'Linux version'
out_hasnt 'loading weights'
run timeline case.db --since noon
exits 2
run timeline case.db --source app-log
exits 2
err_has "did you mean 'app_log'?"
run timeline case.db --entity gpu:0000:3b:00
exits 0
run timeline case.db --csv
out_has 'event_id,ts_us,time,uncertainty_us,clock,source,host,entity,severity,kind,message,attrs,file,line,offset'
run timeline case.db --jsonl --source app_log
out_has '"message":"loading weights"'
out_has '"time":"2025-02-06T13:55:10.100000Z"'

run timeline case.db --incident I1
exits 0
out_has 'fallen off the bus'
run timeline case.db --incident I9
exits 2
err_has 'did you mean I1?'
run sql case.db "SELECT event_id FROM v_timeline WHERE message GLOB '*Xid*: 79*'"
event=$(sed -n 2p out)
run timeline case.db --around "$event" -C 1
exits 0
out_has ">  "
checks=$((checks + 1))
[ "$(wc -l <out)" = 3 ] || not_ok 'not three lines'
run timeline case.db --around 999999
exits 2
run timeline case.db --around "$event" -C many
exits 2

run show "$event" -d case.db -C 1
exits 0
out_has '(dmesg)'
out_has '>      4  '
out_has '       3  '
out_has '       5  '
out_hasnt '       6  '
run show "ev-$event" -d case.db
exits 0
out_has '>      4  '
run show app.log:5 -d case.db -C 0
exits 0
out_has '>      3  '
out_has '       6  '
out_has 'lost the device'
out_hasnt 'bye'
run show gpu.csv:3 -d case.db -C 0
exits 0
out_has 'gpu.temperature{gpu:0} 64'
run show app.log:5 -d case.db --json
exits 0
out_has '"line":3'
run show nothing.log:5 -d case.db
exits 2
run show app.log -d case.db
exits 2
run show 999999 -d case.db
exits 2

run explain gpu-fell-off-bus -d case.db
exits 0
out_has 'base '
out_has 'anchor  lost'
out_has 'dmesg.txt:4'
out_has 'cause pcie-link-or-riser'
id=$(sed -n '1s/^[^F]*\(F[0-9a-f]*\) .*/\1/p' out)
run explain "$id" -d case.db
exits 0
out_has 'gpu-fell-off-bus'
run explain "$id" -d case.db --json
exits 0
out_has '"signal":"lost"'
run explain cuda-out-of-memory -d case.db
exits 0
out_has 'cuda-out-of-memory did not fire'
out_has 'app.log'
run explain k8s-gpu-pod-pending -d case.db
exits 0
out_has 'did not fire'
out_has 'kubectl get events'
run explain gpu-fell-of-bus -d case.db
exits 2
err_has "did you mean 'gpu-fell-off-bus'?"

run metrics -d case.db
exits 0
out_has 'gpu.temperature{gpu='
out_has '█'
run metrics gpu.memory.used case.db
exits 0
out_has '4.00 GiB'
out_hasnt 'gpu.temperature'
run metrics gpu.temprature -d case.db
exits 2
run metrics -d case.db --json
out_has '"series":"gpu.temperature"'

run export jsonl -d case.db
exits 0
out_has '"event_id":1,'
run export csv case.db -o events.csv
exits 0
there_is events.csv
there_isnt events.csv.partial
run export timesketch -d case.db
out_has '"timestamp_desc":"Event Logged"'
run export josnl -d case.db
exits 2
err_has "did you mean 'jsonl'?"

run verify -d case.db bundle
exits 0
out_has '0 changed, 0 missing, 0 new'
run verify case.db
exits 0
echo >>bundle/app.log
rm bundle/gpu.csv
echo x >bundle/new.log
run verify -d case.db bundle
exits 4
out_has 'changed   '
out_has 'missing   '
out_has 'new       '
done_testing
