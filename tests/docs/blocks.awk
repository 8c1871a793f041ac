# The fenced blocks of one language of a Markdown file: number n of them (from 1), or all when n is 0.
# awk -v lang=sql -v n=1 -f blocks.awk FILE
/^```/ && inside { inside = 0; next }
/^```/ { inside = 1; ours = substr($0, 4) == lang; if (ours) seen++; next }
inside && ours && (n == 0 || seen == n) { print }
