# Every command explains itself; what is mistyped is understood.
. "$(dirname "$0")/lib.inc"

run --version
exits 0
out_has 'forensics '
err_is_empty
run --licenses
exits 0
for library in PCRE2 SQLite zlib cJSON libarchive libyaml cmark Zstandard liblzma Nettle; do out_has "$library"; done
run --help
exits 0
out_has 'usage: forensics COMMAND'
commands=$(sed -n 's/^  \([a-z]*\( [a-z]*\)\{0,1\}\)  .*/\1/p' out | grep -v '^forensics')
checks=$((checks + 1))
[ "$(printf '%s\n' "$commands" | wc -l)" -ge 20 ] || not_ok 'fewer commands than there are'
printf '%s\n' "$commands" >commands
while read -r command; do
	# shellcheck disable=SC2086
	run $command --help
	exits 0
	out_has "usage: forensics $command"
	out_has '--quiet'
	err_is_empty
	# shellcheck disable=SC2086
	run help $command
	exits 0
	out_has "usage: forensics $command"
	# shellcheck disable=SC2086
	run $command --no-such-option
	exits 2
	err_has "'$command' has no option --no-such-option"
done <commands
run help commands
exits 0
out_has 'usage: forensics timeline'
out_has 'usage: forensics rules lint'
run help exit-codes
exits 0
out_has 'partial'
out_has '130'
run help schema
exits 0
out_has 'v_timeline  '
out_has '  uncertainty_us'
run help schema v_boot
exits 0
out_has 'boot_us'
out_hasnt 'v_timeline'
run help schema v_bot
exits 2
run help exitcodes
exits 2
err_has "did you mean 'exit-codes'?"
run rules --help
exits 0
out_has 'rules lint'
out_hasnt 'analyze'

run
exits 2
out_is_empty
err_has 'usage: forensics COMMAND'
run anlyze bundle
exits 2
err_has "x error[FX0601]: 'anlyze' is not a command"
err_has "  = help: did you mean 'analyze'?"
run rules tset
exits 2
err_has "did you mean 'rules test'?"
run rules
exits 2
run frobnicate
exits 2
err_hasnt 'did you mean'
run ''
exits 2
run analyze --ouput x.html .
exits 2
err_has 'did you mean --output?'
run analyze
exits 2
err_has "'analyze' needs BUNDLE"
run analyze . --color sometimes
exits 2
run analyze . --color=nevre
exits 2
err_has 'did you mean never?'
run analyze . -d
exits 2
err_has '--db needs a value'
run analyze . --json=yes
exits 2
err_has '--json takes no value'
run analyze . --type dmseg
exits 2
err_has "did you mean 'dmesg'?"
run analyze . -o report.pdf
exits 2
err_has '.html, .md, .txt or .json'
run analyze . -qZ
exits 2
err_has 'no option -Z'
run coverage one two
exits 2
run ingest .
exits 2
err_has '-d DB'
run findings
exits 2
err_has 'needs a case database'
done_testing
