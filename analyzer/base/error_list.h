/* ERROR(NAME, "code", "what it means and what to do").  Codes are for ever: they stand in tickets and scripts.
 * The first six are what an error has that was given no code of its own, by its enum status.  Included for its lines: no guard. */
ERROR(IO, "FX0100", "The environment refused: a file could not be opened, read or written, the disk is full, or memory ran out. The reason of the "
	"operating system stands in the message.")
ERROR(FORMAT, "FX0200", "The input is damaged, or not what it claims to be. Everything before the damage was read; the file is marked in the coverage, "
	"and the exit code is 4. Collect it again if you can; cut files are worth analyzing all the same.")
ERROR(RULE, "FX0300", "A rule, an expression or a template is invalid. The place is file:line:column. `forensics rules lint DIR` shows all problems at once; "
	"rules/README.md is the language, docs/rule.schema.json helps an editor.")
ERROR(DB, "FX0400", "SQLite refused. A query of yours: the message points at the place, and `forensics help schema` lists views and columns. "
	"Otherwise the case is damaged or was changed by another program: `forensics verify` tells.")
ERROR(LIMIT, "FX0500", "A bound was reached, so that no input can take all memory or time. What was read until then is in the case and the rest is named.")
ERROR(USAGE, "FX0600", "The command line was not understood. `forensics COMMAND --help` has examples.")
ERROR(NO_FILE, "FX0101", "There is no such file or directory, or it may not be read. Check the name; a bundle may be a directory, an archive, one file, or - for "
	"standard input.")
ERROR(CANNOT_WRITE, "FX0102", "A report or database could not be written: the disk is full, or the folder may not be written to. Nothing half-written was left "
	"under the final name.")
ERROR(NOTHING_USABLE, "FX0103", "No file of the bundle was recognised. `forensics sources sniff FILE` says why each source declined; "
	"`forensics sources list` names the formats; `--type SOURCE` reads a file as one of them.")
ERROR(NOT_A_CASE, "FX0201", "The file is no case database of forensics. `forensics analyze BUNDLE -d case.db` makes one.")
ERROR(OTHER_SCHEMA, "FX0202", "The case was made by a version with another schema. Make it again from the bundle with this version; the rules and reports "
	"of two versions may differ, and the report names the version.")
ERROR(RULES_INVALID, "FX0301", "The rules named with --rules have problems, listed above. None was applied, so that no verdict rests on half a rule.")
ERROR(QUERY_REFUSED, "FX0401", "The query has a mistake, or would do more than read: a case is evidence. Copy the case if you want to change it with another tool.")
ERROR(QUERY_SLOW, "FX0501", "The query ran into its time limit. --timeout SECONDS gives it more; an index exists on ts_us of events and samples, so a condition "
	"on time makes most queries fast.")
ERROR(NO_COMMAND, "FX0601", "There is no such command. `forensics help` lists them.")
ERROR(NO_OPTION, "FX0602", "The command has no such option; names are never abbreviated. `forensics COMMAND --help` lists them.")
ERROR(NEEDS_CASE, "FX0603", "The command reads a case. Name it with -d DB, or make one: forensics analyze BUNDLE -d case.db.")
ERROR(IS_EVIDENCE, "FX0604", "A file of the bundle was named as output. Evidence is never written to: choose another name.")
ERROR(NO_SUCH_NAME, "FX0605", "The case or the rules have nothing of that name. `findings`, `incidents`, `metrics`, `rules list` and `sources list` show what there is.")
