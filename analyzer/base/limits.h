#ifndef FORENSICS_BASE_LIMITS_H
#define FORENSICS_BASE_LIMITS_H

/* Every bound of the program, each with its reason.  Reaching one is an
 * output (a reject, a partial file, "not evaluated"), never silence. */

/* Evidence in */
#define LIMIT_NEST 3                  /* archive in archive in archive; gzip quines stop here */
#define LIMIT_MEMBERS 200000          /* inode bombs */
#define LIMIT_DEPTH_DIR 64            /* directory loops by bind mount */
#define LIMIT_PATH 4096               /* PATH_MAX */
#define LIMIT_MEMBER_BYTES (32ULL << 30)  /* output of one member: the only bomb limit honest logs do not hit */
#define LIMIT_TOTAL_BYTES (64ULL << 30)   /* output of all members */
#define LIMIT_DECODER_BYTES (128u << 20)  /* memory of one xz decoder: xz -9 needs 65 MiB */
#define LIMIT_ZST_WINDOW_LOG 27       /* 128 MiB, what zstd itself takes without --long=28 and more */
#define LIMIT_HEAD 65536              /* what a source may look at to bid */
#define LIMIT_LINE 65536              /* of a line kept; the rest stays reachable by offset */
#define LIMIT_EVENT_LINES 2000        /* lines folded into one event: a traceback of a deep recursion has about 1,000 frames twice */
#define LIMIT_EVENT_TEXT 65536        /* of a folded event kept */
#define LIMIT_JSON_RECORD (1u << 20)  /* cJSON needs 40 times the text at worst */
#define LIMIT_JSON_DEPTH 64           /* recursion in cJSON */
#define LIMIT_FIELDS 256              /* attributes of one event */
#define LIMIT_COLUMNS 512             /* of one CSV: --query-gpu knows about 200 */
#define LIMIT_ROWS 65536              /* of a kubectl table held until its end: its namespace may show in the last */
#define LIMIT_POINTS (1u << 20)       /* of one Azure metric held until its name is read: two years of minutes, 72 MiB */
#define LIMIT_CLOCKS 65536            /* boots, files and years in one case */
#define LIMIT_LOG_HOSTS 4096          /* writing into one syslog file: a relay's; boots of further ones are not told apart */
#define LIMIT_APT_RECORD (1u << 20)   /* one run of apt: a release upgrade lists some 3,000 packages of 80 bytes */
#define LIMIT_SERIES 100000           /* 1,000 GPUs with 100 columns */
#define LIMIT_PARTS 10000              /* of one member given to sources of their own: nvidia-bug-report.log of 16 GPUs has some 500 */
#define LIMIT_ENTITIES 1000000        /* pods of a large cluster's event dump */

/* Rules */
#define LIMIT_RULES 5000
#define LIMIT_RULE_FILE (256u << 10)  /* libyaml is quadratic on hostile nesting */
#define LIMIT_YAML_DEPTH 16
#define LIMIT_YAML_KEYS 1024          /* of one map: the check for duplicates is quadratic */
#define LIMIT_PATTERNS 20000
#define LIMIT_PATTERN 4096            /* bytes of one regex */
#define LIMIT_CAPTURES 32             /* named captures of one regex */
#define LIMIT_SUBJECT 16384           /* bytes a regex sees: the match limit is per start position, so cost is quadratic in this */
#define LIMIT_MATCH_STEPS 100000      /* pcre2 match limit */
#define LIMIT_MATCH_HEAP_KIB 20480    /* pcre2 heap limit: one 16 MiB line took 2.5 GiB without */
#define LIMIT_CAPTURE 1024            /* bytes of a capture kept */
#define LIMIT_EXPR_NODES 64
#define LIMIT_EXPR_DEPTH 16
#define LIMIT_TEMPLATE 8192
#define LIMIT_WINDOW_US (90LL * 86400 * 1000000)

/* Matching */
#define LIMIT_HITS (1u << 17)         /* kept per signal: first half and last half, with the exact count */
#define LIMIT_SIGNAL_MATCHES 20000    /* of one signal in the case for `explain --sql`: the case must not double in size */
#define LIMIT_CHAINS 64               /* partial chains of a sequence per entity */
#define LIMIT_CANDIDATES 4096         /* looked at per item and anchor */

/* Out */
#define LIMIT_NARRATIVE 16384
#define LIMIT_TABLE_ROWS 10000        /* of a table on a terminal held to find its widths */
#define LIMIT_REPORT_TEXT 600         /* of an evidence line in a report */
#define LIMIT_REPORT_DETAIL 25        /* findings shown with all their evidence; the rest in the table */
#define LIMIT_REPORT_ROWS 1000        /* rows of one table of a page: a browser lays out about 10,000 a second */
#define LIMIT_REPORT_EVIDENCE 20      /* records shown for one item of a rule */
#define LIMIT_REPORT_SEQUENCE 200     /* records of an incident shown in order */
#define LIMIT_REPORT_CHAIN 7          /* steps a reader keeps in mind */
#define LIMIT_REPORT_LANES 40         /* 40 lanes are one screen */
#define LIMIT_REPORT_MARKS 150        /* places for a mark on a lane: 6 of 900 pixels each */
#define LIMIT_REPORT_CHARTS 8
#define LIMIT_REPORT_EVENTS 100000    /* of the slice in a page: a browser draws them in a blink */
#define LIMIT_REPORT_SLICE (16u << 20) /* their texts: some 3 MB once compressed, and a page of 5 MB passes as an attachment */
#define LIMIT_REPORT_POINTS 600       /* of a chart: more than one a pixel says nothing */

#endif /* FORENSICS_BASE_LIMITS_H */
