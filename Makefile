# The only build file.  Targets are described by the comment after ##; `make help` prints them.
# Sources, tests, SQL and rules are found by wildcard: adding one touches no list here.
CC       ?= cc
CFLAGS   ?= -O2 -g
BUILD    ?= build
prefix   ?= /usr/local
DESTDIR  ?=
CORPUS   ?= ../shared/corpus
WITH_VECTORSCAN ?= yes
# The report's scripts; without them it is the static page alone.
WITH_LIVE ?= yes
JOBS     ?= $(shell nproc 2>/dev/null || echo 1)
VERSION  := 0.1.0

LIBS     := libpcre2-8 sqlite3 zlib libcjson libarchive yaml-0.1 libcmark libzstd liblzma nettle libedit \
            $(if $(filter yes,$(WITH_VECTORSCAN)),libhs)
WARN     := -std=c17 -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
            -Wmissing-prototypes -Wold-style-definition -Wpointer-arith -Wcast-qual -Wcast-align \
            -Wwrite-strings -Wundef -Wvla -Wformat=2 -Wswitch-enum -Wimplicit-fallthrough \
            -Wnull-dereference -Wdouble-promotion -fno-common $(if $(STRICT),-Werror)
# Ubuntu's compilers define _FORTIFY_SOURCE themselves; sanitizers want it off.
HARDEN   := $(if $(SAN)$(filter -O0,$(CFLAGS)),,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2) -fstack-protector-strong -fPIE
DEFINES  := -D_GNU_SOURCE -DFORENSICS_VERSION='"$(VERSION)"' -Ianalyzer -I$(BUILD)/gen \
            $(if $(filter yes,$(WITH_VECTORSCAN)),-DWITH_VECTORSCAN) $(if $(filter yes,$(WITH_LIVE)),-DWITH_LIVE)
# Asked once, lazily: `make deps` must work before anything is installed.
pkg      = $(or $(shell pkg-config $(1) 2>/dev/null),$(error libraries are missing: run `make deps`))
PKG_CFLAGS = $(eval PKG_CFLAGS := $(patsubst -I%,-isystem %,$(call pkg,--cflags $(LIBS))))$(PKG_CFLAGS)
PKG_LIBS   = $(eval PKG_LIBS := $(call pkg,--libs $(LIBS)))$(PKG_LIBS)
CHECK_LIBS = $(eval CHECK_LIBS := $(call pkg,--libs check))$(CHECK_LIBS)
ALL_CFLAGS = $(DEFINES) $(CPPFLAGS) $(WARN) $(CFLAGS) $(HARDEN) $(SAN) $(PKG_CFLAGS) -pthread
# Debian 12 has no bzip2.pc.
ALL_LIBS   = $(LDFLAGS) $(SAN) $(PKG_LIBS) -lbz2 $(LDLIBS) -lm -pthread -pie -Wl,-z,relro,-z,now

SRC      := $(filter-out analyzer/main.c,$(wildcard analyzer/*.c analyzer/*/*.c))
NPM      := build/npm/node_modules
OBJ      := $(SRC:%.c=$(BUILD)/%.o) $(if $(filter yes,$(WITH_LIVE)),$(BUILD)/gen/page.o)
UNIT     := $(patsubst tests/unit/%.c,$(BUILD)/%,$(wildcard tests/unit/test_*.c))
GOLDEN   := $(patsubst tests/golden/%.c,$(BUILD)/%,$(wildcard tests/golden/*.c))
CLI      := $(wildcard tests/cli/*.sh tests/docs/*.sh)
HEADERS  := $(filter-out %_list.h %/banned.h,$(wildcard analyzer/*.h analyzer/*/*.h))
GEN      := $(BUILD)/gen/sql.h $(BUILD)/gen/assets.h
PROGRAM  := $(BUILD)/forensics
# One short line a file; V=1 shows the commands.
say = $(if $(V),,@echo '  $(1) $@';)
# A sub-make takes all processors, unless the user said how many (-jN).
MAKE_ALL = $(MAKE) --no-print-directory $(if $(findstring -j,$(MAKEFLAGS)),,-j$(JOBS))
RUN_TESTS = LOGS=$(BUILD)/log/$@ FORENSICS=$(abspath $(PROGRAM)) JOBS=$(JOBS) sh tests/run.sh

all: $(PROGRAM) ## build the program: build/forensics
$(PROGRAM): $(BUILD)/analyzer/main.o $(BUILD)/libforensics.a
	$(call say,LD)$(CC) $(CFLAGS) -o $@ $^ $(ALL_LIBS)
$(BUILD)/libforensics.a: $(OBJ) $(BUILD)/objects
	@rm -f $@
	$(call say,AR)$(AR) qcs $@ $(OBJ)
$(BUILD)/analyzer/%.o: analyzer/%.c $(BUILD)/flags | $(GEN)
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(ALL_CFLAGS) -include base/banned.h -MMD -MP -c -o $@ $<
# Directories are prerequisites too: their time changes when a file goes away.
$(BUILD)/gen/sql.h: tools/embed.sh sql $(wildcard sql/* sql/*/*.sql)
	@mkdir -p $(@D)
	$(call say,GEN)sh tools/embed.sh sql > $@.tmp && mv $@.tmp $@
$(BUILD)/gen/assets.h: tools/embed.sh $(wildcard analyzer/report/assets analyzer/report/assets/*) $(shell find rules -mindepth 1 -type d -o -name '*.yaml')
	@mkdir -p $(@D)
	$(call say,GEN)sh tools/embed.sh assets > $@.tmp && mv $@.tmp $@
$(NPM)/.package-lock.json:
	$(error the scripts of the report are missing: run `make deps`, or build with WITH_LIVE=no)
$(BUILD)/gen/page.o: tools/embed.sh $(NPM)/.package-lock.json
	@mkdir -p $(@D)
	$(call say,AS)sh tools/embed.sh page $(NPM) $(@D) > $(@:.o=.S) && $(CC) -c -o $@ $(@:.o=.S)
$(BUILD)/tests/%.o: tests/%.c $(BUILD)/flags | $(GEN)
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(ALL_CFLAGS) -Itests/unit -MMD -MP -c -o $@ $<
$(UNIT): $(BUILD)/%: $(BUILD)/tests/unit/%.o $(BUILD)/libforensics.a
	$(call say,LD)$(CC) $(CFLAGS) -o $@ $^ $(ALL_LIBS) $(CHECK_LIBS)
$(GOLDEN): $(BUILD)/%: $(BUILD)/tests/golden/%.o $(BUILD)/libforensics.a
	$(call say,LD)$(CC) $(CFLAGS) -o $@ $^ $(ALL_LIBS) $(CHECK_LIBS)
# What was built, and how: written only when it changes, so that a change rebuilds.
$(BUILD)/flags: FORCE
	$(shell mkdir -p $(@D))$(file >$@.tmp,$(CC) $(ALL_CFLAGS) $(ALL_LIBS))
	@cmp -s $@.tmp $@ && rm $@.tmp || mv $@.tmp $@
$(BUILD)/objects: FORCE
	$(shell mkdir -p $(@D))$(file >$@.tmp,$(OBJ))
	@cmp -s $@.tmp $@ && rm $@.tmp || mv $@.tmp $@

unit: $(UNIT) ## unit tests (Check)
	@$(RUN_TESTS) $(UNIT)
golden: $(GOLDEN) ## parser goldens and scenarios over fixtures/
	@$(RUN_TESTS) $(GOLDEN)
golden-update: $(GOLDEN) ## rewrite the goldens; then read the diff
	@for t in $(GOLDEN); do GOLDEN_UPDATE=1 $$t || exit 1; done
cli: $(PROGRAM) ## command-line tests
	@$(RUN_TESTS) $(CLI)
rules: $(PROGRAM) ## lint and test the shipped rules
	@$(RUN_TESTS) rules-lint rules-test
tests-build: $(PROGRAM) $(UNIT) $(GOLDEN)
# The long ones first.
check: tests-build ## every test, without installing anything
	@$(RUN_TESTS) $(GOLDEN) rules-test $(CLI) $(UNIT) rules-lint
test: deps ## install what is missing, then run every test
	@$(MAKE_ALL) check
demo: deps ## install what is missing, build, analyze a fixture bundle, leave demo.html
	@$(MAKE_ALL) all
	@$(PROGRAM) analyze fixtures/demo -d $(BUILD)/demo.db -o demo.html
deps: ## install missing build dependencies (asks for root only then)
	@WITH_VECTORSCAN=$(WITH_VECTORSCAN) WITH_LIVE=$(WITH_LIVE) sh tools/deps.sh

strict: ## warnings are errors, gcc and clang, each in a build of its own
	@$(MAKE_ALL) BUILD=build/strict-gcc CC=gcc STRICT=1 tests-build
	@$(MAKE_ALL) BUILD=build/strict-clang CC=clang STRICT=1 tests-build
sanitize: ## every test under ASan and UBSan
	@UBSAN_OPTIONS=print_stacktrace=1 $(MAKE_ALL) BUILD=build/san STRICT=1 CFLAGS='-O1 -g -fno-omit-frame-pointer' \
	    SAN='-fsanitize=address,undefined -fno-sanitize-recover=all -DARENA_DEBUG' check
coverage: ## lines run by the tests, a line per room
	@$(MAKE_ALL) BUILD=build/cov CFLAGS='-O1 -g --coverage' check
	@sh tools/coverage.sh build/cov
check-headers: $(GEN) $(BUILD)/flags ## every header compiles alone, and twice
	@for h in $(HEADERS); do printf '#include "%s"\n#include "%s"\nextern int unused;\n' $${h#analyzer/} $${h#analyzer/} | \
	$(CC) $(DEFINES) $(CPPFLAGS) $(PKG_CFLAGS) $(WARN) -Werror -xc -fsyntax-only - || { echo "$$h"; exit 1; }; done
check-binary: $(PROGRAM) ## the program calls no network, no other program, nothing banned
	@sh tools/check-binary.sh $(PROGRAM) $(BUILD)/libforensics.a
check-source: check-headers check-binary ## these two, and layers, doors, style, SQL in C, long files
	@sh tools/check-source.sh
tidy: $(GEN) ## clang-tidy with .clang-tidy; slow
	clang-tidy --quiet $(SRC) analyzer/main.c -- $(DEFINES) $(CPPFLAGS) $(PKG_CFLAGS) -std=c17 -include base/banned.h
corpus: $(PROGRAM) ## read CORPUS (../shared/corpus): who took each file, and how much of it was parsed
	@sh tools/corpus.sh $(PROGRAM) $(CORPUS)
$(BUILD)/bench/gen: bench/gen.c
	@mkdir -p $(@D)
	$(CC) -O2 -o $@ $<
$(BUILD)/bench/floor: bench/floor.c $(BUILD)/libforensics.a
	@mkdir -p $(@D)
	$(CC) $(DEFINES) $(CPPFLAGS) $(PKG_CFLAGS) $(CFLAGS) -o $@ $< $(BUILD)/libforensics.a $(ALL_LIBS)
$(BUILD)/bench/json_floor: bench/json_floor.c
	@mkdir -p $(@D)
	$(CC) $(PKG_CFLAGS) $(CFLAGS) -o $@ $< -lcjson
bench: all $(BUILD)/bench/gen $(BUILD)/bench/floor $(BUILD)/bench/json_floor ## ratios on generated data, printed and kept in bench/RESULTS.md by hand
	@BUILD=$(BUILD) sh bench/run.sh
install: all ## install into $(DESTDIR)$(prefix)
	install -d $(DESTDIR)$(prefix)/bin
	install -m 755 $(PROGRAM) $(DESTDIR)$(prefix)/bin/forensics
	install -d $(DESTDIR)$(prefix)/share/man/man1 $(DESTDIR)$(prefix)/share/bash-completion/completions \
	    $(DESTDIR)$(prefix)/share/zsh/site-functions $(DESTDIR)$(prefix)/share/fish/vendor_completions.d
	$(PROGRAM) help man | gzip -9n > $(DESTDIR)$(prefix)/share/man/man1/forensics.1.gz
	$(PROGRAM) completion bash > $(DESTDIR)$(prefix)/share/bash-completion/completions/forensics
	$(PROGRAM) completion zsh > $(DESTDIR)$(prefix)/share/zsh/site-functions/_forensics
	$(PROGRAM) completion fish > $(DESTDIR)$(prefix)/share/fish/vendor_completions.d/forensics.fish
deb: all ## a Debian package: build/forensics_VERSION_ARCH.deb
	@rm -rf $(BUILD)/deb
	@$(MAKE) -s install DESTDIR=$(BUILD)/deb prefix=/usr
	@strip --strip-unneeded $(BUILD)/deb/usr/bin/forensics
	@sh tools/deb.sh $(BUILD)/deb $(VERSION) $(BUILD)/forensics_$(VERSION)_$$(dpkg --print-architecture).deb
browser: $(PROGRAM) ## the report in Chromium (installs it and playwright-core when missing)
	@BROWSER=yes sh tools/deps.sh
	@node tests/browser/exports.mjs $(abspath $(PROGRAM)) $(abspath fixtures)
	@node tests/browser/page.mjs $(abspath $(PROGRAM)) $(abspath fixtures) $(abspath build/browser/node_modules)
compdb: ## compile_commands.json (needs bear)
	bear -- $(MAKE) -B all
help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 16
clean: ## remove what was built
	rm -rf build demo.html
FORCE:
.PHONY: all unit golden golden-update cli rules tests-build check test demo deps strict sanitize coverage \
        check-headers check-binary check-source tidy corpus bench install deb browser compdb help clean FORCE
.DELETE_ON_ERROR:
.SECONDARY:
-include $(SRC:%.c=$(BUILD)/%.d) $(BUILD)/analyzer/main.d $(UNIT:$(BUILD)/%=$(BUILD)/tests/unit/%.d) $(GOLDEN:$(BUILD)/%=$(BUILD)/tests/golden/%.d)
