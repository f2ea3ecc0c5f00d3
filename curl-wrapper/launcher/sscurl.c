/*
 * sscurl.c: starts the system's curl with the rules before its libcurl.
 *
 * Nothing here knows a rule, and nothing but libc is linked: what this program
 * takes is added to every curl.
 */

#include <dlfcn.h>
#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shared/file.h"
#include "shared/guard.h"
#include "launcher/options.h"
#include "launcher/program.h"
#include "scopestack.h"

#define LIBRARY "libscopestack-curl.so"

static int
unusable(const char *what, const char *why)
{
    fprintf(stderr, "sscurl: %s: %s; nothing was sent\n", what, why);

    return EXIT_UNUSABLE;
}

/* --- the library -------------------------------------------------------- */

/* Finds the library beside this program, else where it is installed: what the
   loader could open, by the effective user. */
static int
find_library(char path[PATH_MAX])
{
    char self[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

    if (n > 0) {
        self[n] = '\0';
        n = snprintf(path, PATH_MAX, "%s/" LIBRARY, dirname(self));
        if (n < PATH_MAX && eaccess(path, R_OK) == 0) {
            return 0;
        }
    }

    snprintf(path, PATH_MAX, "%s/" LIBRARY, SS_LIBDIR);

    return eaccess(path, R_OK);
}

/* --- what the library is told ------------------------------------------- */

static int
pass(const char *name, const char *value)
{
    return value != NULL ? setenv(name, value, 1) : 0;
}

static int
pass_options(const options_t *options)
{
    char words[64];

    snprintf(words, sizeof(words), "%s %s %s %s", options->quiet ? "quiet" : "",
             options->format != NULL ? options->format : "",
             options->dry_run ? "dry-run" : "",
             options->gives_up ? "give-up" : "");

    return pass("SCOPESTACK_CONFIG", options->config)
           | pass("SCOPESTACK_MODE", options->mode)
           | pass("SCOPESTACK_ACCOUNT", options->account)
           | pass("SCOPESTACK_TEAM", options->team)
           | pass(ENV_REPORT, options->report) | setenv(ENV_OPTIONS, words, 1);
}

/* --- tools ------------------------------------------------------------- */

/* A function of the library; NULL, said on stderr, when it cannot be had. */
static void *
find_tool(const char *library, const char *name, const options_t *options)
{
    void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    void *symbol = handle != NULL ? dlsym(handle, name) : NULL;

    if (symbol == NULL) {
        unusable(library, dlerror());
        return NULL;
    }

    /* not before: the library would take this program for curl */
    if ((pass_options(options) | pass(ENV_OUTPUT, options->output)) != 0) {
        unusable("sscurl", strerror(errno));
        return NULL;
    }

    return symbol;
}

static int
run_tool(const char *library, const options_t *options)
{
    int (*tool)(const char *, const char *);
    void *symbol = find_tool(library, TOOL_SYMBOL, options);

    if (symbol == NULL) {
        return EXIT_UNUSABLE;
    }
    memcpy(&tool, &symbol, sizeof(tool));

    return tool(options->tool, options->tool_argument);
}

/* --- what curl is started with ------------------------------------------ */

/* Puts the library behind what is preloaded already: a sanitizer, say, wants
   to be the first. */
static int
preload(const char *library)
{
    const char *before = getenv("LD_PRELOAD");
    char *list;
    int rc;

    if (before == NULL || *before == '\0') {
        return setenv("LD_PRELOAD", library, 1);
    }

    if (asprintf(&list, "%s:%s", before, library) < 0) {
        return -1;
    }
    rc = setenv("LD_PRELOAD", list, 1);
    free(list);

    return rc;
}

/* curl takes a transfer that is not made for a failed one: it is to say nothing
   of it, and not to wait for another try. */
static char dry_run_words[][18] = {
    "--silent",        "--no-show-error", "--no-parallel",
    "--no-fail-early", "--retry",         "0",
};

#define DRY_RUN_COUNT (sizeof(dry_run_words) / sizeof(dry_run_words[0]))

/* curl is to complain of a value that is missing, and not to take ours. */
static size_t
add_dry_run(const options_t *options, char **argv)
{
    if (!options->dry_run || options->incomplete) {
        return 0;
    }

    for (size_t i = 0; i < DRY_RUN_COUNT; i++) {
        argv[i] = dry_run_words[i];
    }

    return DRY_RUN_COUNT;
}

/* curl's words; for a dry run with ours at the end of each operation. */
static char **
arguments(const options_t *options)
{
    size_t most = (size_t) options->argc
                  + (size_t) options->end_count * DRY_RUN_COUNT,
           count = 0;
    static char name[] = "curl";
    char **argv = calloc(most + 1, sizeof(*argv));
    int end = 0;

    if (argv == NULL) {
        return NULL;
    }

    argv[count++] = name;
    for (int i = 1; i <= options->argc; i++) {
        if (end < options->end_count && options->ends[end] == i) {
            count += add_dry_run(options, &argv[count]);
            end++;
        }
        argv[count++] = options->argv[i];
    }

    return argv;
}

/* Puts the guard in the place of the first word, as guard.h has it. */
static int
set_guard(char **argv)
{
    size_t len, size;

    if (argv[1] == NULL) {
        return unsetenv(ENV_WORD);
    }

    len = strlen(argv[1]);
    size = len > sizeof(GUARD) - 1 ? len : sizeof(GUARD) - 1;
    if (setenv(ENV_WORD, argv[1], 1) != 0) {
        return -1;
    }

    argv[1] = malloc(size + 1);
    if (argv[1] == NULL) {
        return -1;
    }
    memset(argv[1], '-', size);
    memcpy(argv[1], GUARD, sizeof(GUARD) - 1);
    argv[1][size] = '\0';

    return 0;
}

/* A guarded word keeps a curl without the library from doing anything. Where
   there is none, .curlrc alone may tell what to do: then the library must be
   tried before. It is not tried always: loading it twice would be most of what
   sscurl takes. */
static bool
loads(const char *library, const options_t *options)
{
    void *handle;

    if (!program_is_library(library)) {
        return false;
    }

    if (options->argc > 1 || options->dry_run) {
        return true;
    }

    handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    if (handle != NULL) {
        dlclose(handle);
    }

    return handle != NULL;
}

static int
curl_missing(void)
{
    const char *named = getenv("SCOPESTACK_CURL");
    char what[PATH_MAX + 32];

    if (named == NULL || *named == '\0') {
        return unusable("curl", "no such program in PATH; install curl, or set "
                                "SCOPESTACK_CURL to it");
    }

    snprintf(what, sizeof(what), "SCOPESTACK_CURL: %s", file_shown(named));

    return unusable(what, "there is no program that could be curl");
}

static int
privileged(void)
{
    return unusable("sscurl", "the real and the effective user or group "
                              "differ, for which the loader ignores "
                              "LD_PRELOAD");
}

static int
run_curl(const char *library, const options_t *options)
{
    char path[PATH_MAX];
    const char *why;
    char **argv;

    if (program_is_privileged()) {
        return privileged();
    }

    if (program_find(path) != 0) {
        return curl_missing();
    }

    why = program_refusal(path);
    if (why != NULL) {
        return unusable(path, why);
    }

    /* the loader splits its list at these */
    if (strpbrk(library, ": ") != NULL) {
        return unusable(library, "a path with a blank or a colon cannot be "
                                 "preloaded; install it elsewhere");
    }

    if (!loads(library, options)) {
        return unusable(library, "it is no library that can be preloaded; "
                                 "install it again");
    }

    argv = arguments(options);
    if (argv == NULL || set_guard(argv) != 0 || preload(library) != 0
        || pass_options(options) != 0
        || (!program_binds_now(path) && setenv("LD_BIND_NOW", "1", 1) != 0)) {
        return unusable("sscurl", strerror(errno));
    }

    execv(path, argv);

    return unusable(path, strerror(errno));
}

/* The doctor tells what speaks against this curl, and runs it all the same. */
static int
run_doctor(const char *library, const options_t *options)
{
    int (*doctor)(const char *, const char *, int, char **);
    char path[PATH_MAX];
    void *symbol;

    if (program_is_privileged()) {
        return privileged();
    }

    if (program_find(path) != 0) {
        return curl_missing();
    }

    symbol = find_tool(library, DOCTOR_SYMBOL, options);
    if (symbol == NULL) {
        return EXIT_UNUSABLE;
    }
    memcpy(&doctor, &symbol, sizeof(doctor));

    return doctor(path, program_refusal(path), options->argc, options->argv);
}

static int
run(const options_t *options)
{
    char library[PATH_MAX];
    const char *why;

    if (options->help) {
        options_help();
        return 0;
    }

    if (options->version) {
        printf("sscurl %s\n", SS_VERSION);
        return 0;
    }

    /* who asks for a report is told now that there cannot be one, and not when
       the error has passed */
    why = options->report != NULL ? file_refusal(options->report) : NULL;
    if (why != NULL) {
        fprintf(stderr, "sscurl: --ss-report: %s: %s; nothing was sent\n",
                file_shown(options->report), why);
        return 2;
    }

    if (find_library(library) != 0) {
        return unusable(LIBRARY,
                        "it is neither beside sscurl nor in " SS_LIBDIR);
    }

    if (options_doctor(options)) {
        return run_doctor(library, options);
    }

    return options->tool != NULL ? run_tool(library, options)
                                 : run_curl(library, options);
}

int
main(int argc, char **argv)
{
    options_t options;
    int status = options_read(&options, argc, argv) != 0 ? 2 : run(&options);

    free(options.ends);

    return status;
}
