# build.sh is the entry point; this file knows how each part is made.
#
#   make                 everything into build/
#   make SANITIZE=1      the same with ASan and UBSan into build/test/
#   make NGINX_SRC=dir   the module against another nginx source tree
#   make install         PREFIX, DESTDIR, NGINX_MODULES_DIR

ifdef SANITIZE
BUILD ?= build/test
SANITIZERS = -fsanitize=address,undefined -fno-sanitize-recover=undefined
WERROR = -Werror
OPT ?= -O1
else
# the sanitizers' functions are found at run time only
DEFINED = -Wl,-z,defs
BUILD ?= build
OPT ?= -O2
endif

PREFIX ?= /usr/local
LIBDIR ?= $(PREFIX)/lib/scopestack
DOCDIR ?= $(PREFIX)/share/doc/scopestack-gateway
NGINX_MODULES_DIR ?= /usr/lib/nginx/modules
NGINX_SRC ?= /usr/share/nginx/src

ifeq ($(origin CC),default)
CC = gcc
endif
WARNINGS = -Wall -Wextra -Wpedantic -Wshadow -Wconversion \
	-Wstrict-prototypes -Wmissing-prototypes -Wwrite-strings -Wcast-qual \
	-Wvla $(WERROR)
CFLAGS ?= -g $(OPT)
BASE_FLAGS = -std=c11 -D_GNU_SOURCE $(WARNINGS) $(SANITIZERS) -MMD -MP \
	-fPIC -fvisibility=hidden -Icommon/include
LIBS = -lyaml -lcrypto
TEST_LIBS = $(LIBS) -ljansson

# what is loaded into other people's programs brings its libraries along, out of
# their sight: needed ones would stand before those of the program
HIDDEN_LIBS = -Wl,-Bstatic -lyaml -lmd -Wl,-Bdynamic -Wl,--exclude-libs,ALL

# a folder is a layer of the core, or a program: a new file needs no line here;
# docs/internals/architecture.md says what is where. Of crypto/ each archive has
# one file.
CORE_SRC = $(filter-out common/src/crypto/%,$(wildcard common/src/*/*.c))
CORE_OBJ = $(CORE_SRC:%.c=$(BUILD)/obj/%.o)

# the core is whole in both archives; what they differ in is who makes SHA-256
CORE = $(BUILD)/libscopestack.a
CORE_MD = $(BUILD)/libscopestack-md.a
$(CORE): $(BUILD)/obj/common/src/crypto/ss_crypto_openssl.o
$(CORE_MD): $(BUILD)/obj/common/src/crypto/ss_crypto_libmd.o

# the launcher needs libc only: what it starts is curl's time
LAUNCHER_SRC = $(wildcard curl-wrapper/launcher/*.c)
LAUNCHER_OBJ = $(LAUNCHER_SRC:%.c=$(BUILD)/obj/%.o)
INTERPOSER_SRC = $(wildcard curl-wrapper/interposer/*.c \
	curl-wrapper/interposer/*/*.c)
TOOLS_SRC = $(wildcard curl-wrapper/tools/*.c curl-wrapper/tools/*/*.c)
SETTINGS_SRC = $(wildcard curl-wrapper/settings/*.c)
LIBRARY_OBJ = $(patsubst %.c,$(BUILD)/obj/%.o,$(INTERPOSER_SRC) $(TOOLS_SRC) \
	$(SETTINGS_SRC))

# an archive, so that each takes of it what it calls
SHARED_SRC = $(wildcard curl-wrapper/shared/*.c)
SHARED_OBJ = $(SHARED_SRC:%.c=$(BUILD)/obj/%.o)
SHARED = $(BUILD)/obj/curl-wrapper/shared.a

MODULE = $(BUILD)/ngx_http_scopestack_module.so
MODULE_SRC = $(wildcard nginx-module/*)

UNIT_SRC = $(wildcard t/unit/*_test.c)
UNIT_BIN = $(UNIT_SRC:t/unit/%.c=$(BUILD)/t/%) $(BUILD)/t/crypto_md_test

FUZZ = $(patsubst t/fuzz/%.c,%,$(wildcard t/fuzz/fuzz_*.c))

all: $(CORE) $(CORE_MD) $(BUILD)/sscurl $(BUILD)/libscopestack-curl.so $(MODULE)

tests: all $(UNIT_BIN) $(BUILD)/t/growth $(BUILD)/t/cases $(BUILD)/t/sanitizer_first.so \
	$(BUILD)/t/requests $(BUILD)/t/benign $(BUILD)/t/credentials \
	$(FUZZ:%=$(BUILD)/t/%) $(BUILD)/plain/libscopestack-curl.so

# with clang and -fsanitize=fuzzer-no-link among SANITIZERS; see build.sh
fuzz: $(FUZZ:%=$(BUILD)/fuzz/%)

bench: all $(BUILD)/bench/core

$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(BASE_FLAGS) $(EXTRA_FLAGS) $(CFLAGS) -c $< -o $@

$(CORE) $(CORE_MD): $(CORE_OBJ)
$(SHARED): $(SHARED_OBJ)
$(CORE) $(CORE_MD) $(SHARED):
	rm -f $@
	$(AR) rcs $@ $^

# what a build was told, so that being told otherwise makes it anew
$(BUILD)/told/%: FORCE
	@mkdir -p $(@D)
	@echo '$($*)' | cmp -s - $@ || echo '$($*)' > $@

$(LAUNCHER_OBJ): EXTRA_FLAGS = -Icurl-wrapper -DSS_LIBDIR='"$(LIBDIR)"'
$(LAUNCHER_OBJ): $(BUILD)/told/LIBDIR

$(BUILD)/sscurl: $(LAUNCHER_OBJ) $(SHARED)
	$(CC) $(SANITIZERS) $(LDFLAGS) $^ -o $@ -ldl

# not linked with libcurl: its symbols are found at run time, so that ours
# carry no version and bind to whatever the program asks for
$(BUILD)/libscopestack-curl.so: $(LIBRARY_OBJ) $(SHARED) $(CORE_MD)
	$(CC) -shared $(SANITIZERS) $(LDFLAGS) -Wl,--as-needed -Wl,-Bsymbolic \
		$(DEFINED) $^ -o $@ $(HIDDEN_LIBS) -ljansson -ldl -pthread

$(MODULE): $(MODULE_SRC) $(CORE) common/include/scopestack.h \
		$(BUILD)/told/NGINX_SRC
	+NGINX_SRC="$(NGINX_SRC)" SCOPESTACK_LIB="$(abspath $(CORE))" \
	SCOPESTACK_INC="$(abspath common/include)" CC="$(CC)" \
	MODULE_FLAGS="$(SANITIZERS)" \
	sh nginx-module/build.sh "$(BUILD)" $@

# as it is installed: programs that know of no sanitizer load it in tests
$(BUILD)/plain/libscopestack-curl.so: FORCE
	+@$(MAKE) --no-print-directory SANITIZE= BUILD=$(BUILD)/plain OPT=-O2 \
		WERROR=$(WERROR) $@

$(BUILD)/t/%_test: $(BUILD)/obj/t/unit/%_test.o $(BUILD)/obj/t/unit/support.o \
		$(BUILD)/obj/t/unit/random_request.o $(CORE)
	@mkdir -p $(@D)
	$(CC) $(SANITIZERS) $^ -o $@ $(TEST_LIBS) -lcmocka

# the same test of the other provider
$(BUILD)/t/crypto_md_test: $(BUILD)/obj/t/unit/crypto_test.o \
		$(BUILD)/obj/t/unit/support.o $(CORE_MD)
	@mkdir -p $(@D)
	$(CC) $(SANITIZERS) $^ -o $@ -lyaml -lmd -lcrypto -lcmocka

# without sanitizers, as instructions are counted
$(BUILD)/t/growth: t/unit/growth.c $(BUILD)/plain/libscopestack-curl.so
	@mkdir -p $(@D)
	$(CC) -std=c11 $(WARNINGS) -O2 -Icommon/include $< \
		$(BUILD)/plain/libscopestack-md.a -o $@ -lyaml -lmd

$(BUILD)/t/cases: $(addprefix $(BUILD)/obj/t/unit/,cases.o \
		blame.o case_json.o support.o) $(CORE)
	@mkdir -p $(@D)
	$(CC) $(SANITIZERS) $^ -o $@ $(TEST_LIBS)

$(BUILD)/t/requests: $(addprefix $(BUILD)/obj/t/,differential/requests.o \
		differential/random_response.o unit/case_json.o \
		unit/random_request.o unit/support.o) $(CORE)
	@mkdir -p $(@D)
	$(CC) $(SANITIZERS) $^ -o $@ $(TEST_LIBS)

$(BUILD)/t/benign: $(BUILD)/obj/t/benign/benign.o \
		$(addprefix $(BUILD)/obj/t/unit/,raw_request.o support.o) $(CORE)
	@mkdir -p $(@D)
	$(CC) $(SANITIZERS) $^ -o $@ $(LIBS)

$(BUILD)/t/credentials: $(addprefix $(BUILD)/obj/t/,\
		credentials/credentials.o credentials/mutate.o \
		credentials/others.o credentials/sent.o \
		unit/random_request.o unit/support.o) $(CORE)
	@mkdir -p $(@D)
	$(CC) $(SANITIZERS) $^ -o $@ $(LIBS)

FUZZ_OBJ = $(BUILD)/obj/t/fuzz/fuzz.o \
	$(addprefix $(BUILD)/obj/t/unit/,raw_request.o support.o)

$(BUILD)/t/fuzz_%: $(BUILD)/obj/t/fuzz/fuzz_%.o $(BUILD)/obj/t/fuzz/replay.o \
		$(FUZZ_OBJ) $(CORE)
	@mkdir -p $(@D)
	$(CC) $(SANITIZERS) $^ -o $@ $(LIBS)

$(BUILD)/fuzz/fuzz_%: $(BUILD)/obj/t/fuzz/fuzz_%.o $(FUZZ_OBJ) $(CORE)
	@mkdir -p $(@D)
	$(CC) $(SANITIZERS) -fsanitize=fuzzer $^ -o $@ $(LIBS)

$(BUILD)/bench/core: $(BUILD)/obj/bench/core.o $(CORE)
	@mkdir -p $(@D)
	$(CC) $(SANITIZERS) $^ -o $@ $(LIBS)

# an include names the folder, and so its direction
$(BUILD)/obj/common/%.o: EXTRA_FLAGS = -Icommon/src
$(BUILD)/obj/curl-wrapper/%.o: EXTRA_FLAGS = -Icurl-wrapper
$(BUILD)/obj/t/unit/%.o: EXTRA_FLAGS = -Icommon/src
$(BUILD)/obj/t/benign/%.o: EXTRA_FLAGS = -Icommon/src -It/unit
$(BUILD)/obj/t/credentials/%.o: EXTRA_FLAGS = -Icommon/src -It/unit
$(BUILD)/obj/t/fuzz/%.o: EXTRA_FLAGS = -Icommon/src -It/unit
$(BUILD)/obj/t/differential/%.o: EXTRA_FLAGS = -Icommon/src -It/unit

$(BUILD)/t/sanitizer_first.so: t/unit/sanitizer_first.c
	@mkdir -p $(@D)
	$(CC) $(WARNINGS) -shared -fPIC -Wl,-z,initfirst $< -o $@

install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(LIBDIR) \
		$(DESTDIR)$(DOCDIR) $(DESTDIR)$(NGINX_MODULES_DIR)
	install -m 755 $(BUILD)/sscurl $(DESTDIR)$(PREFIX)/bin/
	install -m 644 $(BUILD)/libscopestack-curl.so $(DESTDIR)$(LIBDIR)/
	install -m 644 $(MODULE) $(DESTDIR)$(NGINX_MODULES_DIR)/
	install -m 644 config.yaml.example README.md LICENSE \
		$(DESTDIR)$(DOCDIR)/
	install -d $(DESTDIR)$(DOCDIR)/schema
	install -m 644 schema/config.schema.json $(DESTDIR)$(DOCDIR)/schema/
	cp -R docs $(DESTDIR)$(DOCDIR)/

clean:
	rm -rf build

.PHONY: FORCE all tests fuzz bench install clean
.SECONDARY:

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)
