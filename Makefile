# SPDX-License-Identifier: MIT
#
#   make            build/lab and the experiments, and check the links between statements and claims
#   make test       unit tests and the tests of the lab itself
#   make test-report   the report in a real browser (Chromium)
#   make test-kernel    the tests of runs on other kernels
#   make lint       shellcheck, clang-format, cppcheck, clang-tidy
#   make decoding   every packet of the last run held against what tcpdump reads
#   make soak N=20 LOAD=busy   the suite again and again under load (scripts/soak)
#   make ordinary-user   the suite as a user without privileges (needs root, to become one)
#   make left-behind N=200   runs ended by force at random moments leave nothing behind (scripts/left-behind)
#   make valgrind   the unit tests under valgrind
#   make races      the wire's thread under ThreadSanitizer
#   make bench      what the lab itself costs, to results/bench.json
#   make fuzz T=60  each parser of foreign bytes under libFuzzer for T seconds; make corpus: what was found, into the corpus
#   make SANITIZE=1 …   the same under AddressSanitizer and UBSan, in build-sanitize/; SANITIZE=thread: under
#                   ThreadSanitizer, in build-thread/

CC       ?= cc
SANITIZE ?=

ifeq ($(SANITIZE),)
BUILD    := build
OPTIMISE := -O2
else ifeq ($(SANITIZE),thread)
BUILD    := build-thread
OPTIMISE := -O1 -fsanitize=thread -fno-omit-frame-pointer
else
BUILD    := build-sanitize
OPTIMISE := -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
endif

CFLAGS   := -std=c11 -D_GNU_SOURCE -g $(OPTIMISE) -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes \
            -Wmissing-prototypes -Wvla -fno-strict-aliasing $(EXTRA_CFLAGS)
CPPFLAGS := -Iharness -MMD -MP
LDFLAGS  := -Wl,-z,now $(filter -fsanitize%,$(OPTIMISE)) $(EXTRA_LDFLAGS)

# Each claim is some processes, and the fewer libraries they map, the less they cost: archives where there are any
# that need nothing else (harness/wire/no_dbus.c).
archives := -Wl,-u,dbus_create -l:libpcap.a -l:libjansson.a
linked   := $(shell echo 'int pcap_create(), json_object(); int main(void) { return pcap_create() + json_object(); }' | \
	$(CC) -x c -o /dev/null - harness/wire/no_dbus.c $(archives) 2>/dev/null && echo yes)
LDLIBS   := $(if $(linked),$(archives),-lpcap -ljansson) -lmnl -lpthread

# Sources of the library: everything in the harness but the main programs and the tests.
MAINS       := harness/runner/main.c harness/claim/main.c harness/guest/seed.c
LIBRARY     := $(filter-out $(MAINS),$(wildcard harness/*/*.c))
LIBRARY     := $(filter-out harness/tests/%,$(LIBRARY))
ASSETS      := $(wildcard harness/show/*.css harness/report/page/*)
EXPERIMENTS := $(wildcard experiments/*/*.c)
UNITS       := $(wildcard harness/tests/unit_*.c)
SPECIMENS   := $(wildcard harness/tests/specimens/*.c)
FUZZERS     := $(patsubst harness/tests/%.c,%,$(wildcard harness/tests/fuzz_*.c))
TOOLS       := $(filter-out $(UNITS) $(FUZZERS:%=harness/tests/%.c) harness/tests/replay.c,$(wildcard harness/tests/*.c))

object = $(patsubst %.c,$(BUILD)/object/%.o,$(1))
asset = $(patsubst %,$(BUILD)/object/%.o,$(1))
symbol = asset_$(subst /,_,$(subst .,_,$(patsubst harness/%,%,$(1))))
experiment = $(patsubst experiments/%.c,$(BUILD)/experiments/%,$(1))
specimen = $(patsubst harness/tests/specimens/%.c,$(BUILD)/specimens/tests/%,$(1))
tool = $(patsubst harness/tests/%.c,$(BUILD)/tests/%,$(1))

.PHONY: all
all: $(BUILD)/checked

.PHONY: binaries
binaries: $(BUILD)/lab $(BUILD)/guest/seed $(call experiment,$(EXPERIMENTS))

# A link to an unknown claim, a claim linked nowhere that cites nothing, a duplicate id: no build.
$(BUILD)/checked: $(BUILD)/lab $(BUILD)/guest/seed $(call experiment,$(EXPERIMENTS)) experiments/statements.tsv
	$(BUILD)/lab check
	@touch $@

$(BUILD)/harness.a: $(call object,$(LIBRARY)) $(call asset,$(ASSETS))
	@rm -f $@
	$(AR) rcs $@ $^

$(BUILD)/lab: $(call object,harness/runner/main.c) $(BUILD)/harness.a
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(BUILD)/guest/seed: $(call object,harness/guest/seed.c)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^

$(BUILD)/experiments/%: $(BUILD)/object/experiments/%.o $(call object,harness/claim/main.c) $(BUILD)/harness.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(BUILD)/specimens/tests/%: $(BUILD)/object/harness/tests/specimens/%.o $(call object,harness/claim/main.c) $(BUILD)/harness.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(BUILD)/tests/%: $(BUILD)/object/harness/tests/%.o $(BUILD)/harness.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# A target of the fuzzers without its fuzzer: fuzz_decode as replay_decode.
$(BUILD)/tests/replay_%: $(BUILD)/object/harness/tests/fuzz_%.o $(call object,harness/tests/replay.c) $(BUILD)/harness.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(BUILD)/object/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

# harness/report/page.css is the C string asset_report_page_css.
$(call asset,$(ASSETS)): $(BUILD)/object/%.o: %
	@mkdir -p $(@D)
	@printf '%s\n' '.section .note.GNU-stack,"",%progbits' '.section .rodata' '.global $(call symbol,$<)' '$(call symbol,$<):' \
		'.incbin "$<"' '.byte 0' | $(CC) -c -x assembler -o $@ -

# What is made on the way is kept, or the second build would begin with it again.
.SECONDARY:

# ---- tests ----

RUN_UNITS := $(patsubst harness/tests/%.c,run-%,$(UNITS))

.PHONY: test units $(RUN_UNITS)
test: need-test binaries $(call specimen,$(SPECIMENS)) $(call tool,$(TOOLS))
	@$(MAKE) --no-print-directory units replay
	$(BUILD)/tests/sample_frames $(BUILD)/sample_frames.pcap
	harness/tests/decode_vs_tcpdump.sh $(BUILD)/tests/decode_vs_tcpdump $(BUILD)/sample_frames.pcap
	BUILD=$(BUILD) LAB=$(CURDIR)/$(BUILD)/lab bats harness/tests

.PHONY: need-test
need-test:
	@scripts/setup test

units: $(RUN_UNITS)
$(RUN_UNITS): run-%: $(BUILD)/tests/%
	$<

# Each file of a fuzzer's corpus once: what was found stays mended.
REPLAYS := $(patsubst fuzz_%,replay-%,$(FUZZERS))
.PHONY: replay $(REPLAYS)
replay: $(REPLAYS)
$(REPLAYS): replay-%: $(BUILD)/tests/replay_%
	$< harness/tests/corpus/$*

# A browser is much to install, so this is a target of its own.
BROWSER := harness/tests/browser
.PHONY: test-report need-report
test-report: need-report $(BUILD)/lab $(BROWSER)/node_modules/.package-lock.json
	LAB=$(abspath $(BUILD))/lab node --test --test-reporter=spec $(BROWSER)/report.test.mjs
need-report:
	@scripts/setup report
$(BROWSER)/node_modules/.package-lock.json: $(BROWSER)/package-lock.json | need-report
	@cd $(BROWSER) && npm ci --ignore-scripts --silent
	@touch $@

# Runs on another kernel (KERNEL, 6.1 if none is named).
.PHONY: test-kernel
test-kernel: need-test all
	@scripts/setup kernel
	bats harness/tests/kernel

.PHONY: ordinary-user
ordinary-user: need-test all
	BUILD=$(BUILD) harness/tests/ordinary_user.sh

.PHONY: valgrind
valgrind: need-test $(call tool,$(UNITS))
	for unit in $(call tool,$(UNITS)); do \
		valgrind --quiet --error-exitcode=1 --leak-check=full --errors-for-leak-kinds=definite,possible $$unit || exit; done

# Claims in which the wire has most to do, and the one other thread that there is (close in api/closing.c).
RACES := nagle tcp_cork tcp_nodelay so_linger tcp_fastopen tcp_defer_accept lost_peer so_reuseport_groups
.PHONY: races
races: need-test
	@$(MAKE) --no-print-directory SANITIZE=thread binaries build-thread/specimens/tests/wire
	build-thread/lab run --no-report --results results/races $(RACES)
	BUILD=build-thread bats -f 'every operation of the wire does' harness/tests/lab.bats

# What lies in results/latest, after ./run-all.sh without a name: every packet of the suite.
.PHONY: decoding
decoding: need-test $(BUILD)/tests/decode_vs_tcpdump
	harness/tests/decode_vs_tcpdump.sh $(BUILD)/tests/decode_vs_tcpdump results/latest
	harness/tests/notebook_vs_tcpdump.sh results/latest

# N runs of the suite, or of CLAIMS, under LOAD: none, busy, memory, jobs, nice, or several with commas between.
N    ?= 10
LOAD ?= none
.PHONY: soak
soak: need-test all
	BUILD=$(BUILD) scripts/soak $(N) $(LOAD) $(CLAIMS)

# N runs, of CLAIMS or of a mix, that end by force; SEED repeats them.
.PHONY: left-behind
left-behind: need-test all
	BUILD=$(BUILD) scripts/left-behind $(N) $(CLAIMS)

# clang-tidy is slow: only what has changed since it found nothing.
TIDY := $(patsubst %.c,$(BUILD)/tidy/%,$(MAINS) $(LIBRARY) $(EXPERIMENTS) $(SPECIMENS) $(UNITS))
.PHONY: tidy
tidy: $(TIDY)
$(BUILD)/tidy/%: %.c $(BUILD)/object/%.o .clang-tidy
	@mkdir -p $(@D)
	@clang-tidy --quiet $< -- -std=c11 -D_GNU_SOURCE -Iharness 2>$@.errors || { cat $@.errors; exit 1; }
	@touch $@

.PHONY: lint
lint: need-test
	@$(MAKE) --no-print-directory -j$$(nproc) tidy
	@shellcheck -x -P SCRIPTDIR run-all.sh .ci/run harness/guest/init $(filter-out scripts/jq,$(wildcard scripts/*)) $(wildcard harness/tests/*.sh harness/tests/*.bats harness/tests/kernel/*.bats harness/tests/witnesses/*.sh)
	@clang-format --dry-run -Werror $(wildcard harness/*.h harness/*/*.[ch] harness/tests/*/*.c experiments/*/*.c)
	cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr --error-exitcode=1 \
		--suppressions-list=.cppcheck -D_GNU_SOURCE -Iharness harness experiments

.PHONY: bench
bench: need-test all $(call specimen,$(SPECIMENS)) $(call tool,harness/tests/cost.c)
	scripts/bench $(BUILD)

# Each parser of foreign bytes under libFuzzer for T seconds (needs clang), from the corpus on. What reaches further goes to
# build/fuzz/corpus, and with `make corpus' into the corpus.
T    ?= 60
FUZZ := build/fuzz
# What reads such bytes; the rest needs an experiment to be linked with.
FUZZED      := $(filter $(foreach folder,packet pattern show report runner,harness/$(folder)/%) harness/wire/no_dbus.c,$(LIBRARY))
FUZZ_CFLAGS := -g -O1 -std=c11 -D_GNU_SOURCE -Iharness -fno-sanitize-recover=all
.PHONY: fuzz corpus $(FUZZERS) $(FUZZERS:%=corpus-%)
fuzz: $(FUZZERS)
$(FUZZERS): %: $(FUZZ)/%
	@mkdir -p $(FUZZ)/corpus/$@
	$< -close_fd_mask=2 -dict=harness/tests/fuzz.dict -timeout=10 -max_total_time=$(T) -print_final_stats=1 -artifact_prefix=$(FUZZ)/$@- \
		$(FUZZ)/corpus/$@ harness/tests/corpus/$(@:fuzz_%=%)

# Files that have a suffix stay: somebody wrote them for what they mean. Beside them as few files, and short ones, as reach the
# same edges: counting how often would keep hundreds.
corpus: $(FUZZERS:%=corpus-%)
$(FUZZERS:%=corpus-%): corpus-fuzz_%: $(FUZZ)/fuzz_%
	rm -rf $(FUZZ)/merged/$* && mkdir -p $(FUZZ)/merged/$* $(FUZZ)/corpus/fuzz_$*
	find harness/tests/corpus/$* -name '*.*' -exec cp -t $(FUZZ)/merged/$* {} +
	$< -close_fd_mask=3 -set_cover_merge=1 -use_counters=0 -max_len=4096 $(FUZZ)/merged/$* harness/tests/corpus/$* $(FUZZ)/corpus/fuzz_$*
	rm -rf harness/tests/corpus/$* && cp -r $(FUZZ)/merged/$* harness/tests/corpus/$*

$(FUZZ)/fuzz_%: $(FUZZ)/harness/tests/fuzz_%.o $(FUZZ)/harness.a
	clang -fsanitize=fuzzer,address,undefined -o $@ $^ $(LDLIBS)
$(FUZZ)/harness.a: $(FUZZED:%.c=$(FUZZ)/%.o) $(call asset,$(ASSETS))
	@rm -f $@
	$(AR) rcs $@ $^
$(FUZZ)/%.o: %.c
	@mkdir -p $(@D)
	clang $(CPPFLAGS) $(FUZZ_CFLAGS) -fsanitize=fuzzer-no-link,address,undefined -c -o $@ $<

.PHONY: clean
clean:
	rm -rf build build-sanitize build-thread

-include $(shell find $(BUILD)/object $(FUZZ) -name '*.d' 2>/dev/null)
