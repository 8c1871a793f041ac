# The only build file.  Targets are described by the comment after ##; `make help` prints them.
# Sources, tests, SQL and rules are found by wildcard: adding one touches no list here.
CC       ?= cc
CFLAGS   ?= -O2 -g
BUILD    ?= build
prefix   ?= /usr/local
DESTDIR  ?=
WITH_VECTORSCAN ?= yes
VERSION  := 0.1.0

LIBS     := libpcre2-8 sqlite3 zlib libcjson libarchive yaml-0.1 libcmark libzstd liblzma nettle \
            $(if $(filter yes,$(WITH_VECTORSCAN)),libhs)
WARN     := -std=c17 -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
            -Wmissing-prototypes -Wold-style-definition -Wpointer-arith -Wcast-qual -Wcast-align \
            -Wwrite-strings -Wundef -Wvla -Wformat=2 -Wswitch-enum -Wimplicit-fallthrough \
            -Wnull-dereference -Wdouble-promotion -fno-common $(if $(STRICT),-Werror)
HARDEN   := $(if $(SAN),,-D_FORTIFY_SOURCE=2) -fstack-protector-strong -fPIE
CPPFLAGS += -D_GNU_SOURCE -DFORENSICS_VERSION='"$(VERSION)"' -Ianalyzer -I$(BUILD)/gen \
            $(if $(filter yes,$(WITH_VECTORSCAN)),-DWITH_VECTORSCAN)
ALL_CFLAGS = $(CPPFLAGS) $(WARN) $(CFLAGS) $(HARDEN) $(SAN) $(PKG_CFLAGS) -pthread
# Asked once, lazily: `make deps` must work before anything is installed.
PKG_CFLAGS = $(eval PKG_CFLAGS := $(shell pkg-config --cflags $(LIBS) | sed 's/-I/-isystem /g'))$(PKG_CFLAGS)
PKG_LIBS   = $(eval PKG_LIBS := $(shell pkg-config --libs $(LIBS)))$(PKG_LIBS)
CHECK_LIBS = $(eval CHECK_LIBS := $(shell pkg-config --libs check))$(CHECK_LIBS)
LINK       = $(PKG_LIBS) -lm -pthread -pie -Wl,-z,relro,-z,now

SRC      := $(filter-out analyzer/main.c,$(wildcard analyzer/*.c analyzer/*/*.c))
OBJ      := $(SRC:%.c=$(BUILD)/%.o)
UNIT     := $(patsubst tests/unit/%.c,$(BUILD)/%,$(wildcard tests/unit/test_*.c))
GOLDEN   := $(patsubst tests/golden/%.c,$(BUILD)/%,$(wildcard tests/golden/*.c))
HEADERS  := $(filter-out %_list.h %/banned.h,$(wildcard analyzer/*.h analyzer/*/*.h))
GEN      := $(BUILD)/gen/sql.h $(BUILD)/gen/assets.h

all: $(BUILD)/forensics ## build the program
$(BUILD)/forensics: $(BUILD)/analyzer/main.o $(BUILD)/libforensics.a
	$(CC) $(CFLAGS) $(SAN) -o $@ $^ $(LINK)
$(BUILD)/libforensics.a: $(OBJ)
	@rm -f $@
	$(AR) rcs $@ $^
$(BUILD)/%.o: %.c Makefile | $(GEN)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -include base/banned.h -MMD -MP -c -o $@ $<
$(BUILD)/gen/sql.h: tools/embed.sh $(wildcard sql/*.sql sql/*/*.sql)
	@mkdir -p $(@D)
	@sh tools/embed.sh sql > $@.tmp && mv $@.tmp $@
$(BUILD)/gen/assets.h: tools/embed.sh $(wildcard analyzer/report/assets/*) $(shell find rules -name '*.yaml' 2>/dev/null)
	@mkdir -p $(@D)
	@sh tools/embed.sh assets > $@.tmp && mv $@.tmp $@
$(BUILD)/test_%: tests/unit/test_%.c $(BUILD)/libforensics.a
	$(CC) $(ALL_CFLAGS) -Itests/unit -o $@ $< $(BUILD)/libforensics.a $(LINK) $(CHECK_LIBS)
$(BUILD)/%: tests/golden/%.c $(BUILD)/libforensics.a
	$(CC) $(ALL_CFLAGS) -Itests/unit -o $@ $< $(BUILD)/libforensics.a $(LINK) $(CHECK_LIBS)

unit: $(UNIT) ## unit tests (Check)
	@for t in $(UNIT); do $$t || exit 1; done
golden: $(GOLDEN) ## parser goldens and scenarios over fixtures/
	@for t in $(GOLDEN); do $$t || exit 1; done
golden-update: $(GOLDEN) ## rewrite the goldens; then read the diff
	@for t in $(GOLDEN); do GOLDEN_UPDATE=1 $$t || exit 1; done
cli: $(BUILD)/forensics ## command-line tests
	@for t in tests/cli/*.sh; do echo "$$t" && FORENSICS=$(abspath $(BUILD))/forensics sh $$t || exit 1; done
rules: $(BUILD)/forensics ## lint and test the shipped rules
	$(BUILD)/forensics rules lint
	$(BUILD)/forensics rules test
check: unit golden cli rules ## everything that tests, without installing anything
test: deps ## install what is missing, then run every test
	@$(MAKE) --no-print-directory check
demo: deps ## install what is missing, build, analyze a fixture bundle, leave demo.html
	@$(MAKE) --no-print-directory all
	@$(BUILD)/forensics analyze fixtures/demo -d $(BUILD)/demo.db -o demo.html
deps: ## install missing build dependencies (asks for root only then)
	@sh tools/deps.sh
strict: ## warnings are errors, gcc and clang, on clean trees
	$(MAKE) BUILD=build/strict-gcc CC=gcc STRICT=1 all unit-build
	$(MAKE) BUILD=build/strict-clang CC=clang STRICT=1 all unit-build
unit-build: $(UNIT) $(GOLDEN)
sanitize: ## every test under ASan and UBSan
	$(MAKE) BUILD=build/san STRICT=1 CFLAGS='-O1 -g -fno-omit-frame-pointer' \
	    SAN='-fsanitize=address,undefined -fno-sanitize-recover=all -DARENA_DEBUG' check
check-headers: $(GEN) ## every header compiles alone, and twice
	@for h in $(HEADERS); do printf '#include "%s"\n#include "%s"\nextern int unused;\n' $${h#analyzer/} $${h#analyzer/} | \
	$(CC) $(CPPFLAGS) $(PKG_CFLAGS) $(WARN) -Werror -xc -fsyntax-only - || { echo "$$h"; exit 1; }; done
check-source: check-headers ## layers, doors, SQL in C, long files
	@sh tools/check-source.sh
bench: ## ratios on generated data, printed and kept in bench/RESULTS.md by hand
	@sh bench/run.sh
install: all ## install into $(DESTDIR)$(prefix)
	install -d $(DESTDIR)$(prefix)/bin
	install -m 755 $(BUILD)/forensics $(DESTDIR)$(prefix)/bin/forensics
compdb: ## compile_commands.json (needs bear)
	bear -- $(MAKE) -B all
help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 16
clean: ## remove what was built
	rm -rf build demo.html
.PHONY: all unit golden golden-update cli rules check test demo deps strict unit-build sanitize \
        check-headers check-source bench install compdb help clean
-include $(OBJ:.o=.d) $(BUILD)/analyzer/main.d
