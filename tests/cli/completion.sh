# What shells and man(1) are given comes from the tables that read the command line.
. "$(dirname "$0")/lib.inc"

run completion nosuch
exits 2
err_has 'bash, zsh or fish'
for shell in bash zsh fish; do
	run completion $shell
	exits 0
	cp out $shell
	# Every command and every option of timeline is there.
	for word in analyze timeline rules lint sources severity around color; do
		out_has "$word"
	done
	out_hasnt 'nosuch'
done
if command -v bash >/dev/null 2>&1; then
	complete() { # WORD... : what bash would offer for the last one
		cat >try <<-E
			. ./bash
			COMP_WORDS=($*)
			COMP_CWORD=\$((\${#COMP_WORDS[@]} - 1))
			_forensics
			echo "\${COMPREPLY[*]}"
		E
		bash try >out 2>err
	}
	complete forensics an
	out_is analyze
	complete forensics rules li
	out_is 'list lint'
	complete forensics timeline --severity ale
	out_is alert
	complete forensics -q timeline --aro
	out_is '--around'
	complete forensics timeline --color a
	out_is 'auto always'
fi

run help man
exits 0
cp out forensics.1
out_has '.TH FORENSICS 1'
for word in '.SS analyze' '.SS rules lint' 'fail\-on' 'EXIT STATUS'; do
	out_has "$word"
done
if command -v groff >/dev/null 2>&1; then
	groff -man -Tutf8 -ww forensics.1 >out 2>err
	err_is_empty
	out_has 'find known failures'
fi
done_testing
