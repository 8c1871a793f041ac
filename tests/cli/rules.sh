# The rule workbench, and what happens with a broken rule.
. "$(dirname "$0")/lib.inc"
make_bundle bundle
mkdir my
cat >my/odd-keyboard.yaml <<'EOF'
forensics: 1
rule: odd-keyboard
version: 1
title: A keyboard was plugged in
severity: low
status: test
entity: host
meta:
  license: MIT
signals:
  keyboard:
    source: [dmesg, kern_log]
    match: 'usb \S+ Product: [^\n]*keyboard'
    collect: dmesg > dmesg.txt
when:
  anchor: keyboard
  base: 13
report:
  narrative: 'A keyboard at {keyboard.lo|time}.'
  advice: ['Ask who was there.']
tests:
  - name: one keyboard
    given:
      - {source: dmesg, host: n1, boot: '2025-02-06T12:00:00Z', text: "[  100.0] usb 1-1: Product: Office keyboard"}
    expect: {findings: 1, entity: n1}
  - name: a mouse
    given:
      - {source: dmesg, host: n1, boot: '2025-02-06T12:00:00Z', text: "[  100.0] usb 1-1: Product: Office mouse"}
    expect: {findings: 0}
EOF

run rules list
exits 0
for rule in nvidia-driver-lost-after-kernel-update cuda-out-of-memory k8s-gpu-pod-pending aoai-429-storm inference-latency-spike \
	gpu-fell-off-bus gpu-application-fault nccl-collective-timeout; do out_has "$rule"; done
run rules list --rules my --json
exits 0
out_has '{"rule":"odd-keyboard","version":1,"severity":"low"'
run rules show odd-keyboard my
exits 0
out_has 'a record of dmesg or kern_log whose message matches'
out_has '2 tests'
run rules show gpu-fell-off-bus
exits 0
out_has 'pcie-link-or-riser'
run rules show odd-keybord my/odd-keyboard.yaml
exits 2
err_has "did you mean 'odd-keyboard'?"
run rules lint my odd-keyboard
exits 0
out_has '1 rule, 0 errors, '
run rules test --rules my odd-keyboard
exits 0
out_is '2 tests, 0 failed'
run rules lint
exits 0
out_has ' rules, 0 errors, '
run analyze bundle --rules my -d case.db
exits 0
out_has 'odd-keyboard'
run match -d case.db
exits 0
out_hasnt 'odd-keyboard'
run match -d case.db -r my
exits 0
out_has 'odd-keyboard'

# A skeleton from marked lines and one from a record: both load, are clean, and their tests pass.
cat >lines.txt <<'EOF'
[    0.000000] Linux version 6.8.0-45-generic (buildd@example) (gcc 13.2.0) #45-Ubuntu SMP
+ [ 5120.330001] pcieport 0000:3a:00.0: AER: it's "gone" (Fatal) for good
- [ 5120.410377] pcieport 0000:3a:00.0: AER: it's "gone" (Corrected) for now
EOF
run rules new from-lines lines.txt -o from-lines.yaml
exits 0
run rules new from-record --event 4 -d case.db -o from-record.yaml
exits 0
for rule in from-lines from-record; do
	run rules test "$rule.yaml" "$rule"
	exits 0
	out_is '2 tests, 0 failed'
	run rules lint "$rule.yaml" "$rule"
	exits 0
	out_has '1 rule, 0 errors, 0 warnings'
done
run rules new from-lines lines.txt -o from-lines.yaml
exits 2
err_has 'it is not replaced'
sed 's/^+ //' lines.txt >unmarked.txt
run rules new from-lines unmarked.txt
exits 2
err_has "put '+ ' before a line that must be found"
run rules new from-record --event 999999 -d case.db
exits 2

# What the user knows: variables of a rule, set for one run.
mkdir oom
echo '2026-03-16T08:00:09.000Z ERROR train: torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 224.00 MiB. GPU 0 has a total capacity of 79.15 GiB of which 120.00 MiB is free.' >oom/train.log
set_model='--set cuda-out-of-memory.parameters=7B --set cuda-out-of-memory.precision=bf16 --set cuda-out-of-memory.optimizer=adam'
# shellcheck disable=SC2086
run analyze oom --json $set_model
exits 0
out_has '14 (weights) + 14 (gradients) + 56 (optimizer) = 84 GB before activations, unless they are spread over several GPUs; this GPU has 79.15 GiB'
run analyze oom --json
out_hasnt 'before activations'
run analyze oom --set cuda-out-of-memory.paramters=7B
exits 2
err_has "did you mean 'parameters'?"
run analyze oom --set cuda-out-of-memory=7B
exits 2
err_has 'RULE.NAME=VALUE'
run rules list --set cuda-out-of-memroy.parameters=7B
exits 2
err_has "did you mean 'cuda-out-of-memory'?"

# Why a rule did not fire: each anchor, and what failed first.
sed 's/^when:/  mouse: {source: dmesg, match: "a mouse"}\n  said: {source: journal, match: "logged in", collect: journalctl > j.txt}\nwhen:/' my/odd-keyboard.yaml |
	sed "s/\"a mouse\"/'a mouse'/; s/\"logged in\"/'logged in'/" >base.yaml
sed 's/^  base: 13/  require: [{signal: mouse, at: [-10s, 0]}, said]/' base.yaml >absent.yaml
sed 's/^  base: 13/  require: [said]\n  support: [mouse]/' base.yaml >unknown.yaml
sed 's/^report:/causes:\n  - {id: guest, support: [{signal: keyboard, weight: 4}]}\n  - {id: owner, support: [{signal: keyboard, weight: 3}, {signal: said, weight: 5}]}\nreport:/' base.yaml >two.yaml
run analyze bundle --rules absent.yaml -d why.db
run explain odd-keyboard -d why.db --rules absent.yaml
out_has 'dmesg.txt:6  usb 1-1: Product: Eve'
out_has 'failed at mouse: required, and absent'
run analyze bundle --rules unknown.yaml -d why.db
run explain odd-keyboard -d why.db
out_has 'dmesg.txt:6  usb 1-1: Product: Eve'
out_has 'not decidable for want of said, which would be in journal; collect: journalctl > j.txt'
run analyze bundle --rules two.yaml -d why.db
run explain odd-keyboard -d why.db
out_has 'undetermined between guest (4) and owner (3)'
out_has 'would tell said (owner); collect: journalctl > j.txt'

# The evidence once more, by SQLite.
run explain gpu-fell-off-bus -d case.db --sql
exits 0
out_has '-- support link_error of cause pcie-link-or-riser: seen'
mv out evidence.sql
run_sh '"$FORENSICS" sql -d case.db - <evidence.sql'
exits 0
out_has 'AER: Uncorrected (Fatal) error received'

# What a case could not decide, and what each rule cost.
run rules list --sources -d case.db
exits 0
out_has 'aoai.requests'
out_hasnt 'odd-keyboard'
err_has ' rules could not be decided on this case'
run rules list --sources
exits 2
run match -d case.db -r my --profile
exits 0
out_has 'odd-keyboard'
out_has 'the filter all rules share'
run match -d case.db -r my --profile --json
out_has '{"rule":"odd-keyboard","match_ms":'

# A test that fails.
sed 's/findings: 0/findings: 1/' my/odd-keyboard.yaml >failing.yaml
run rules test failing.yaml odd-keyboard
exits 2
out_has "test 'a mouse'"
out_has '--> failing.yaml:'
out_has '2 tests, 1 failed'

# Mutants: the item that no test needs survives, and the help says which test is missing.
sed 's/^  base: 13/  base: 13\n  support: [{signal: mouse, weight: 1}]/; s/^when:/  mouse: {source: dmesg, match: "Office mouse"}\nwhen:/' my/odd-keyboard.yaml |
	sed "s/\"Office mouse\"/'Office mouse'/" >mutants.yaml
run rules test --mutants mutants.yaml odd-keyboard
exits 0
out_has 'no test notices when support mouse is missing'
out_has '--> mutants.yaml:19'
out_has 'odd-keyboard: 0 of 1 mutants killed, 0 %'
sed 's/^status: test/status: stable/' mutants.yaml >stable.yaml
run rules test --mutants stable.yaml odd-keyboard
exits 2
out_has 'too few for a stable rule'

# Lint sees what only running the tests can tell.
run rules lint failing.yaml odd-keyboard
exits 2
out_has "x E07 test 'a mouse'"
run rules lint stable.yaml odd-keyboard
exits 2
out_has 'x E08 mutation score 0 %'

# Tests in a file of their own, for a rule of the same or an earlier path.
cat >side.tests.yaml <<'EOF'
forensics: 1
tests_of: odd-keyboard
tests:
  - name: two keyboards & one <finding>
    given:
      - {source: dmesg, host: n1, boot: '2025-02-06T12:00:00Z', text: "[  100.0] usb 1-1: Product: A keyboard"}
    expect: {findings: 2}
EOF
run rules test my side.tests.yaml odd-keyboard --junit out.xml
exits 2
out_has '--> side.tests.yaml:4'
out_has '3 tests, 1 failed'
for part in '<testsuite name="odd-keyboard" tests="3">' '<testcase classname="odd-keyboard" name="a mouse" file="my/odd-keyboard.yaml"' \
	'name="two keyboards &amp; one &lt;finding&gt;" file="side.tests.yaml" line="4">' '<failure message='; do
	run_sh "cat out.xml"
	out_has "$part"
done
run rules test side.tests.yaml
exits 2
err_has "tests of 'odd-keyboard', which is no rule"

# A rule without a negative test is an error of lint.
sed '/a mouse/,$d' my/odd-keyboard.yaml >half.yaml
run rules lint half.yaml odd-keyboard
exits 2
out_has 'x E07'
out_has '1 error, '

# A typo: the place, the cure, and nothing else happens.
sed 's/^severity:/severty:/' my/odd-keyboard.yaml >typo.yaml
for command in 'analyze bundle -d new.db' 'match -d case.db'; do
	# shellcheck disable=SC2086
	run $command --rules typo.yaml
	exits 2
	err_has "unknown key 'severty'"
	err_has '--> typo.yaml:5:1'
	err_has "did you mean 'severity'?"
done
there_isnt new.db
run rules lint typo.yaml
exits 2
run rules test typo.yaml
exits 2
run analyze bundle --rules no-such-directory
exits 3
mkdir hollow
run rules lint hollow
exits 3

run sources list
exits 0
out_has 'dmesg'
out_has 'kubectl get events'
run sources list --json
out_has '{"source":"app_log"'
run sources sniff bundle/dmesg.txt
exits 0
out_has ' bits  reads it'
run sources sniff bundle
exits 0
run sources sniff no-such-file
exits 3
done_testing
