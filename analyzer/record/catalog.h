#ifndef FORENSICS_RECORD_CATALOG_H
#define FORENSICS_RECORD_CATALOG_H

#include "base/arena.h"
#include "base/map.h"
#include "record/record.h"
#include "tstamp/clock.h"

/* The names of a case: what rows refer to by number.  Small next to the rows;
 * kept in memory while loading, written once by store_loaded(). */

enum file_status { FILE_OK, FILE_PARTIAL, FILE_DAMAGED, FILE_SKIPPED, FILE_UNKNOWN, FILE_DUPLICATE };
const char *file_status_name(enum file_status s); /* "ok", "partial", .. */
const char *cover_name(enum cover c);             /* "span", "append", .. */

/* A member of a bundle, or a part of one that another source read (a section of a report): its records are shown at
 * the path of the whole, its clocks are told apart by its own. */
struct catalog_file {
	uint32_t bundle;
	uint32_t part_of;     /* the member's id; 0: it is a member itself */
	struct str path, source, reason;  /* source empty: nobody's */
	enum file_status status;
	char sha256[65];
	uint64_t bytes, records, unparsed;
	enum cover cover;
	int64_t first_event, end_event, first_sample, end_sample; /* its rows: [first, end), those of its parts included */
	uint32_t host;                    /* whose records that name no host are: HOST_OWN until catalog_machines() */
	struct str label;                 /* of clocks_machine(); empty: the bundle's own host, for sure */
	bool of_machine;                  /* its source speaks of the one machine it was collected on */
	bool settled;                     /* host was decided by an earlier load */
};
struct catalog_bundle { struct str name, damage; char sha256[65]; uint64_t files; };
/* What a collector made, below root in a bundle. */
struct catalog_layout { uint32_t bundle; struct str root; const char *title, *lacks; bool one_machine; };
/* A collector's word, in file, that the one at path below its root is not whole. */
struct catalog_gap { uint32_t file; struct str path; const char *reason; };
/* Records of one file on one clock and host; readings until clocks are solved. */
struct catalog_span { uint32_t file, clock, host; uint64_t records; ts_usec first, last; };
struct catalog_fact { uint32_t host, file, line; struct str key, value; };
struct catalog_link { uint32_t from, to; struct str relation; };
/* When a link was seen to hold, on one clock; readings. */
struct catalog_seen { size_t link; uint32_t clock; ts_usec first, last; };
struct catalog_series {
	struct str name, unit, labels /* JSON */;
	uint32_t host, entity;
	const struct label *pairs; size_t n_pairs;
	uint32_t file;           /* host is this file's own; 0: host is known */
	uint32_t same;           /* the series that stands for it: another one once two files proved to be of one host */
};
struct catalog_panel { const uint32_t *series; size_t n; };

enum { HOST_OWN = 0, HOST_NONE = 1 };

#define PANEL_WIDTH 32 /* values of one row of the table sample */

/* Where what is read now begins, in a case that is extended: how many were there. */
struct catalog_base {
	size_t hosts, kinds, entities, bundles, files, links, series, panels;
	uint32_t clocks;
	int64_t events, samples; /* the highest ids */
};

struct catalog {
	struct arena *arena;
	struct clocks *clocks;
	struct map *hosts;       /* name -> id; HOST_OWN is the bundle's own, HOST_NONE no machine at all */
	struct map *kinds;
	struct map *entities;    /* "kind:id" -> id; id 0 is "" */
	struct catalog_bundle *bundles; size_t n_bundles, cap_bundles;
	struct catalog_gap *gaps; size_t n_gaps, cap_gaps;
	struct catalog_layout *layouts; size_t n_layouts, cap_layouts;
	struct catalog_file *files; size_t n_files, cap_files;   /* file ids start at 1: files[id - 1] */
	struct catalog_span *spans; size_t n_spans, cap_spans;
	struct catalog_fact *facts; size_t n_facts, cap_facts;
	struct catalog_link *links; size_t n_links, cap_links;
	struct map *link_keys;
	struct catalog_seen *seen; size_t n_seen, cap_seen;
	struct map *seen_keys;
	struct map *series_keys;
	struct catalog_series *series; size_t n_series, cap_series;
	struct map *panel_keys;
	struct map *part_paths;
	struct catalog_panel *panels; size_t n_panels, cap_panels;
	struct str own_host;     /* its name, once a fact told it */
	struct catalog_base base;
};

struct catalog *catalog_new(void);
void catalog_free(struct catalog *c); /* NULL is fine */

uint32_t catalog_host(struct catalog *c, struct str name);
uint32_t catalog_kind(struct catalog *c, struct str name);
/* "pod:a/b"; "" and texts without a kind are entity 0. */
uint32_t catalog_entity(struct catalog *c, struct str entity);
uint32_t catalog_bundle_add(struct catalog *c);                    /* index */
uint32_t catalog_file_add(struct catalog *c, uint32_t bundle, struct str path); /* id, from 1 */
void catalog_layout_add(struct catalog *c, struct catalog_layout l);
/* A part of the member whole, called name in it: "report.log!dmesg", and "!dmesg#2" when there is one already. */
uint32_t catalog_part_add(struct catalog *c, uint32_t whole, struct str name);
/* The member it is, or is a part of. */
uint32_t catalog_whole(const struct catalog *c, uint32_t file);
/* Where people find its records: the path of the member. */
struct str catalog_place(const struct catalog *c, uint32_t file);
/* own: the file whose machine it is of; 0: host is known. */
uint32_t catalog_series_add(struct catalog *c, const struct series_def *def, uint32_t host, uint32_t own);
uint32_t catalog_panel_add(struct catalog *c, const uint32_t *series, size_t n);
/* From an earlier load, in the order of their ids; ids that are left out were given up. */
void catalog_series_restore(struct catalog *c, size_t id, struct str name, struct str unit, uint32_t host, uint32_t entity, struct str labels);
void catalog_panel_restore(struct catalog *c, size_t id, uint32_t series); /* one series more */
void catalog_link(struct catalog *c, struct str from, const char *relation, struct str to); /* "kind:id" each; once */
/* t: TS_NONE when it is not known when. */
void catalog_link_seen(struct catalog *c, struct str from, const char *relation, struct str to, uint32_t clock, ts_usec t);

/* This file may be of another machine than the others: its label. */
void catalog_file_label(struct catalog *c, uint32_t file);
/* Everything was read, clocks are not solved yet: decides which files are of one machine and what it is called
 * (machines.c).  A case of one machine keeps HOST_OWN. */
void catalog_machines(struct catalog *c);
/* After the last member: links to others become names of them, files that were cut are marked (gaps.c). */
void catalog_gaps(struct catalog *c);
/* After that: of files with the same bytes, source and machine one counts, the first by path.  The others are marked;
 * their rows are dropped by store_loaded(). */
void catalog_duplicates(struct catalog *c);
/* The host of a record of this file. */
uint32_t catalog_host_of(const struct catalog *c, uint32_t file, uint32_t host);
/* Hosts whose name is not known, and the one that is none, are "". */
struct str catalog_host_name(const struct catalog *c, uint32_t host);
/* Do two names mean one host: alike, or one is the other with its domain? */
bool host_name_same(struct str a, struct str b);

/* ---- the emitter: a catalog, a batch being filled, and where full batches go ---- */
struct emitter *emitter_new(struct catalog *cat, struct sink *sink);
void emitter_free(struct emitter *e); /* what was not drained is dropped */
/* From here on, records belong to this file; those that name no host, to this one. */
void emitter_file(struct emitter *e, uint32_t file, uint32_t host);
/* Drains what is left. */
enum status emitter_flush(struct emitter *e, struct error *err);
struct catalog *emitter_catalog(struct emitter *e);

#endif /* FORENSICS_RECORD_CATALOG_H */
