/*
 * options.c: which words of a command line are ours, and which are curl's.
 */

#include "launcher/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/curl_options.h"

/* --- our own ------------------------------------------------------------ */

static int
set_text(const char **target, const char *value)
{
    *target = value;

    return 0;
}

static int
set_format(options_t *options, const char *value)
{
    static const char *const formats[] = { "text", "json", "sarif", "junit" };

    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        if (strcmp(value, formats[i]) == 0) {
            options->format = formats[i];
            options->json = strcmp(value, "json") == 0;
            return 0;
        }
    }

    fprintf(stderr, "sscurl: --ss-format: unknown format; use text or json, "
                    "with --ss-lint also sarif or junit\n");

    return -1;
}

bool
options_doctor(const options_t *options)
{
    return options->tool != NULL && strcmp(options->tool, "doctor") == 0;
}

/* What only --ss-lint can give. */
static int
check_combination(const options_t *options)
{
    bool lint = options->tool != NULL && strcmp(options->tool, "lint") == 0;
    bool report = options->format != NULL
                  && strcmp(options->format, "text") != 0 && !options->json;

    if (options->tool != NULL && options->report != NULL) {
        fprintf(stderr,
                "sscurl: --ss-report goes with transfers, not with "
                "--ss-%s\n",
                options->tool);
        return -1;
    }

    if (lint || (!report && options->output == NULL)) {
        return 0;
    }

    if (report) {
        fprintf(stderr, "sscurl: --ss-format %s goes with --ss-lint\n",
                options->format);
    } else {
        fprintf(stderr, "sscurl: --ss-output goes with --ss-lint\n");
    }

    return -1;
}

typedef enum {
    CONFIG,
    MODE,
    ACCOUNT,
    TEAM,
    FORMAT,
    OUTPUT,
    REPORT,
    CHECK,
    TEST,
    LINT,
    RULES,
    HASH,
    DOCTOR,
    QUIET,
    DRY_RUN,
    HELP,
    VERSION
} option_t;

static const struct {
    const char *name;
    const char *value; /* how help names it; NULL: takes none */
    bool optional;
    const char *help;
} own[] = {
    [CONFIG] = { "config", "FILE", false,
                 "rules file (also $SCOPESTACK_CONFIG)" },
    [MODE] = { "mode", "MODE", false,
               "off, observe or enforce (also $SCOPESTACK_MODE)" },
    [ACCOUNT] = { "account", "SLUG", false,
                  "account slug (also $SCOPESTACK_ACCOUNT)" },
    [TEAM] = { "team", "NAME", false,
               "use this team's rules (also $SCOPESTACK_TEAM)" },
    [FORMAT] = { "format", "FORMAT", false,
                 "of findings: text, json; of --ss-lint: sarif, junit" },
    [OUTPUT] = { "output", "FILE", false,
                 "where the findings of --ss-lint go" },
    [REPORT] = { "report", "FILE", false,
                 "what support asks for: errors, requests; masked" },
    [CHECK] = { "check", "FILE", false,
                "check a rules file: 0 good, 1 errors, 2 unreadable" },
    [TEST] = { "test", "FILE", false,
               "run cases: 0 as expected, 1 not, 2 unusable" },
    [LINT] = { "lint", "FILE", false,
               "check a Postman collection, HAR or raw requests" },
    [RULES] = { "rules", "[ID]", true, "list the rules, or explain one" },
    [HASH] = { "hash", NULL, false,
               "read a secret on stdin, print its SHA-256" },
    [DOCTOR] = { "doctor", NULL, false,
                 "check names, TLS, clock, token, account, Accept" },
    [QUIET] = { "quiet", NULL, false, "no findings (as curl's -s without -S)" },
    [DRY_RUN] = { "dry-run", NULL, false,
                  "send nothing; print the request as it would leave" },
    [HELP] = { "help", NULL, false, "this text" },
    [VERSION] = { "version", NULL, false, "sscurl's version" },
};

#define OWN_COUNT (sizeof(own) / sizeof(own[0]))

void
options_help(void)
{
    printf("Usage: sscurl [--ss-option...] [curl's options and URLs]\n"
           "curl, with the ScopeStack rules applied. curl --help lists the "
           "other options.\n\n");

    for (size_t i = 0; i < OWN_COUNT; i++) {
        char left[40];

        snprintf(left, sizeof(left), "--ss-%s %s", own[i].name,
                 own[i].value != NULL ? own[i].value : "");
        printf("  %-26s %s\n", left, own[i].help);
    }

    printf("\nExit codes: curl's own; 120 a rule rejected the request, "
           "nothing was sent;\n121 the rules could not be applied, nothing "
           "was sent.\n");
}

static int
set_tool(options_t *options, option_t option, const char *value)
{
    static const char *const names[] = {
        [CHECK] = "check", [TEST] = "test", [LINT] = "lint",
        [RULES] = "rules", [HASH] = "hash", [DOCTOR] = "doctor",
    };

    if (options->tool != NULL) {
        fprintf(stderr, "sscurl: --ss-%s: one tool, and one file, at a time\n",
                names[option]);
        return -1;
    }

    options->tool = names[option];
    options->tool_argument = value;

    return 0;
}

static int
set(options_t *options, option_t option, const char *value)
{
    switch (option) {
    case CONFIG:
        return set_text(&options->config, value);
    case MODE:
        return set_text(&options->mode, value);
    case ACCOUNT:
        return set_text(&options->account, value);
    case TEAM:
        return set_text(&options->team, value);
    case FORMAT:
        return set_format(options, value);
    case OUTPUT:
        return set_text(&options->output, value);
    case REPORT:
        return set_text(&options->report, value);
    case CHECK:
    case TEST:
    case LINT:
    case RULES:
    case HASH:
    case DOCTOR:
        return set_tool(options, option, value);
    case QUIET:
        options->quiet = true;
        return 0;
    case DRY_RUN:
        options->dry_run = true;
        return 0;
    case HELP:
        options->help = true;
        return 0;
    case VERSION:
        options->version = true;
        return 0;
    }

    return -1;
}

static int
find_own(const char *name, size_t len)
{
    for (size_t i = 0; i < OWN_COUNT; i++) {
        if (strlen(own[i].name) == len
            && strncmp(own[i].name, name, len) == 0) {
            return (int) i;
        }
    }

    return -1;
}

#define NAME_MAX_SHOWN 20

static bool
is_in_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
}

/* Ours are a few letters and dashes; what has others, or more, may be a value
   that lost its "=", and is not shown. */
static int
refuse_unknown(const char *name, size_t len)
{
    bool shown = len <= NAME_MAX_SHOWN;

    for (size_t i = 0; i < len; i++) {
        shown = shown && is_in_name(name[i]);
    }

    fprintf(stderr,
            "sscurl: unknown option --ss-%.*s; sscurl --ss-help lists them\n",
            shown ? (int) len : 3, shown ? name : "...");

    return -1;
}

/* Reads --ss-name, --ss-name value or --ss-name=value at argv[*i]. */
static int
read_own(options_t *options, char **argv, int *i)
{
    const char *name = argv[*i] + strlen("--ss-");
    size_t len = strcspn(name, "=");
    const char *value = name[len] == '=' ? name + len + 1 : NULL;
    int option = find_own(name, len);

    if (option < 0) {
        return refuse_unknown(name, len);
    }

    if (own[option].value == NULL) {
        if (value != NULL) {
            fprintf(stderr, "sscurl: --ss-%s takes no value\n",
                    own[option].name);
            return -1;
        }
        return set(options, (option_t) option, NULL);
    }

    if (value == NULL && argv[*i + 1] != NULL
        && !(own[option].optional && argv[*i + 1][0] == '-')) {
        value = argv[++*i];
    }

    /* an empty one is a variable that was not set, and no wish for defaults */
    if ((value == NULL && !own[option].optional)
        || (value != NULL && *value == '\0')) {
        fprintf(stderr, "sscurl: --ss-%s needs a value: %s\n", own[option].name,
                own[option].value);
        return -1;
    }

    return set(options, (option_t) option, value);
}

/* --- curl's ------------------------------------------------------------- */

static const struct {
    const char *name;
    bool silent; /* else: show error */
    bool on;
} quieting[] = {
    { "silent", true, true },
    { "no-silent", true, false },
    { "show-error", false, true },
    { "no-show-error", false, false },
};

static void
note_quieting(options_t *options, const char *name)
{
    for (size_t i = 0; i < sizeof(quieting) / sizeof(quieting[0]); i++) {
        if (*name != '\0' && text_begins(quieting[i].name, name)) {
            *(quieting[i].silent ? &options->silent : &options->show_error) =
                quieting[i].on;
        }
    }
}

/* What tells of a command how many transfers it makes. */
typedef struct {
    int urls;
    bool several; /* or who knows how many */
    bool retries;
} count_t;

static void
count_url(count_t *count, const char *url)
{
    count->urls++;
    count->several |= strpbrk(url, "{[") != NULL;
}

static void
count_long(count_t *count, const char *name, const char *value)
{
    count->retries |=
        text_begins("retry-all-errors", name) && text_begins(name, "retry-a");
    count->several |= text_begins("next", name) || text_begins("config", name);
    if (value != NULL && strcmp(name, "url") == 0) {
        count_url(count, value);
    }
}

/* Looks at a word of curl's; returns true when the next one is its value. */
static bool
look_at(options_t *options, count_t *count, const char *word, const char *next)
{
    if (strncmp(word, "--", 2) == 0) {
        note_quieting(options, word + 2);
        count_long(count, word + 2, next);
        return curl_takes_value(word + 2);
    }

    if (word[0] != '-' || word[1] == '\0') {
        count_url(count, word);
        return false;
    }

    for (const char *p = word + 1; *p != '\0'; p++) {
        options->silent |= *p == 's';
        options->show_error |= *p == 'S';
        count->several |= *p == ':' || *p == 'K';

        /* the rest of the word, or the next one, is a value */
        if (strchr(curl_letters_with_value, *p) != NULL) {
            return p[1] == '\0';
        }
    }

    return false;
}

/* A tool looks at one value. What `--ss-test *.yaml` leaves must not be taken
   for tested. The words are not told: one may be a secret. */
static bool
has_words_left(const options_t *options)
{
    /* which reads curl's words itself */
    if (options_doctor(options)) {
        return false;
    }

    for (int i = 1; options->tool != NULL && i < options->argc; i++) {
        if (options->argv[i][0] != '-') {
            fprintf(stderr,
                    "sscurl: --ss-%s takes no more words; run it once "
                    "for each\n",
                    options->tool);
            return true;
        }
    }

    return false;
}

static bool
ends_operation(const char *word)
{
    return strcmp(word, "--next") == 0 || strcmp(word, "-:") == 0;
}

static void
note_end(options_t *options)
{
    options->ends[options->end_count++] = options->argc;
}

/* Reads the word at argv[*i], and its value. What stays moves up to where ours
   stood. */
static int
read_word(options_t *options, count_t *count, int argc, char **argv, int *i)
{
    if (strncmp(argv[*i], "--ss-", 5) == 0) {
        return read_own(options, argv, i);
    }

    if (ends_operation(argv[*i])) {
        note_end(options);
    }

    argv[options->argc++] = argv[*i];
    if (look_at(options, count, argv[*i], argv[*i + 1])) {
        options->incomplete = *i + 1 == argc;
        if (!options->incomplete) {
            argv[options->argc++] = argv[++*i];
        }
    }

    return 0;
}

int
options_read(options_t *options, int argc, char **argv)
{
    count_t count = { .urls = 0 };
    int i = 1;

    *options = (options_t){ .argc = 1, .argv = argv };
    options->ends = calloc((size_t) argc + 1, sizeof(*options->ends));
    if (options->ends == NULL) {
        return -1;
    }

    for (; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (read_word(options, &count, argc, argv, &i) != 0) {
            return -1;
        }
    }

    /* behind "--" there are only URLs */
    note_end(options);
    if (i < argc) {
        argv[options->argc++] = argv[i++];
    }
    for (; i < argc; i++) {
        argv[options->argc++] = argv[i];
        count_url(&count, argv[i]);
    }
    argv[options->argc] = NULL;

    options->gives_up = count.retries && !count.several && count.urls == 1;

    if (!options->help && has_words_left(options)) {
        return -1;
    }

    /* who asks for a form wants findings, also from a silent curl */
    options->quiet |= options->silent && !options->show_error && !options->json;

    return check_combination(options);
}
