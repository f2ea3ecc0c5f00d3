/*
 * tools.c: what sscurl does without a transfer. The launcher finds these by
 * name in this library, which has the engine.
 */

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "shared/guard.h"
#include "scopestack.h"
#include "settings/settings.h"
#include "tools/tools.h"

#define SECRET_MAX 4096

int scopestack_tool(const char *name, const char *argument);

static ss_str_t
text(const char *s)
{
    return (ss_str_t){ (const uint8_t *) s, strlen(s) };
}

/* --- --ss-check --------------------------------------------------------- */

static bool
is_readable_file(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 && S_ISREG(info.st_mode)
           && access(path, R_OK) == 0;
}

static int
check_file(const char *path)
{
    ss_arena_t arena;
    ss_mem_t mem;
    ss_engine_t *engine;
    ss_str_t errors = { NULL, 0 };
    int rc;

    ss_arena_init(&arena);
    mem = ss_arena_mem(&arena);
    rc = ss_engine_load(&engine, path, &mem, &errors);

    fwrite(errors.data, 1, errors.len, stderr);
    ss_arena_release(&arena);

    if (rc == SS_OK) {
        return 0;
    }

    /* what cannot even be read is not a finding about its rules */
    return rc == SS_ERR_CONFIG && is_readable_file(path) ? 1 : 2;
}

/* --- --ss-rules --------------------------------------------------------- */

static void
print_kinds(unsigned kinds)
{
    const char *separator = "";

    for (ss_kind_t kind = 0; kind < SS_KIND_COUNT; kind++) {
        if (kinds & 1u << kind) {
            printf("%s%s", separator, ss_kind_name(kind));
            separator = ", ";
        }
    }
}

static void
print_parameters(const ss_rule_info_t *rule)
{
    for (size_t i = 0; i < SS_PARAMETERS_MAX; i++) {
        const ss_parameter_t *parameter = &rule->parameters[i];

        if (parameter->name == NULL) {
            return;
        }
        printf("\n  parameter %s: %u (%u to %u); %s", parameter->name,
               parameter->value, parameter->minimum, parameter->maximum,
               parameter->summary);
    }
}

static int
print_json(const ss_rule_info_t *rule)
{
    ss_arena_t arena;
    ss_mem_t mem;
    ss_str_t text;
    int rc;

    ss_arena_init(&arena);
    mem = ss_arena_mem(&arena);
    rc = ss_rule_json(rule, &mem, &text);
    if (rc == SS_OK) {
        printf("%.*s\n", (int) text.len, (const char *) text.data);
    }
    ss_arena_release(&arena);

    return rc == SS_OK ? 0 : 2;
}

/* The ids of causes stand beside those of rules in what users read. */
static int
no_rule(const char *id)
{
    const ss_cause_info_t *cause = ss_cause_find(text(id));
    ss_arena_t arena;
    ss_mem_t mem;
    ss_str_t doc;

    if (cause == NULL) {
        /* ids are small letters and dashes; others may be a secret */
        bool shown = id[strspn(id, "abcdefghijklmnopqrstuvwxyz-")] == '\0'
                     && !ss_has_secret(text(id));

        fprintf(stderr,
                "sscurl: no rule is named %s; sscurl --ss-rules lists them\n",
                shown ? id : "***");
        return 2;
    }

    ss_arena_init(&arena);
    mem = ss_arena_mem(&arena);
    doc = ss_cause_doc(cause, &mem);
    fprintf(stderr,
            "sscurl: %s is no rule, but a cause of errors: %s; see %.*s\n", id,
            cause->summary, (int) doc.len, (const char *) doc.data);
    ss_arena_release(&arena);

    return 2;
}

static int
explain_rule(const char *id)
{
    const ss_rule_info_t *rule = ss_rule_find(text(id));
    ss_arena_t arena;
    ss_mem_t mem;
    ss_str_t doc;

    if (rule == NULL) {
        return no_rule(id);
    }

    if (setup_option("json")) {
        return print_json(rule);
    }

    ss_arena_init(&arena);
    mem = ss_arena_mem(&arena);
    doc = ss_rule_doc(rule, &mem);

    printf("%s: %s\n\n  to do:    %s\n  severity: %s\n  default:  %s\n"
           "  repair:   %s\n  concerns: ",
           rule->id, rule->summary, rule->fix, ss_severity_name(rule->severity),
           ss_action_name(rule->action), ss_repair_name(rule->repair));
    print_kinds(rule->kinds);
    print_parameters(rule);
    printf("\n  see:      %.*s\n", (int) doc.len, (const char *) doc.data);

    ss_arena_release(&arena);

    return 0;
}

static int
list_rules(void)
{
    for (size_t i = 0; i < ss_rule_count(); i++) {
        const ss_rule_info_t *rule = ss_rule_at(i);

        if (setup_option("json")) {
            if (print_json(rule) != 0) {
                return 2;
            }
            continue;
        }

        printf("%-27s %-7s %-9s %s\n", rule->id, ss_action_name(rule->action),
               ss_repair_name(rule->repair), rule->summary);
    }

    return 0;
}

/* --- --ss-hash ---------------------------------------------------------- */

static struct termios saved;

static void
restore(int signal)
{
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &saved);
    _exit(128 + signal);
}

/* Turns the terminal's echo off; returns false when stdin is no terminal. */
static bool
hide_input(void)
{
    struct termios hidden;

    if (tcgetattr(STDIN_FILENO, &saved) != 0) {
        return false;
    }

    hidden = saved;
    hidden.c_lflag &= ~(tcflag_t) ECHO;
    signal(SIGINT, restore);
    signal(SIGTERM, restore);
    signal(SIGQUIT, restore);
    signal(SIGHUP, restore);
    fputs("secret: ", stderr);

    return tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) == 0;
}

static int
hash_secret(void)
{
    char secret[SECRET_MAX + 2], hex[65];
    bool hidden = hide_input();
    size_t len = fread(secret, 1, sizeof(secret), stdin);

    if (hidden) {
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &saved);
        fputc('\n', stderr);
    }

    /* the line end is the keyboard's, or echo's, and not the secret's */
    if (len > 0 && secret[len - 1] == '\n') {
        len--;
    }
    if (len > 0 && secret[len - 1] == '\r') {
        len--;
    }

    if (len == 0 || len > SECRET_MAX) {
        fputs("sscurl: --ss-hash reads a secret of 1 to 4096 bytes on "
              "stdin\n",
              stderr);
        return 2;
    }

    ss_secret_hash((ss_str_t){ (const uint8_t *) secret, len }, hex);
    explicit_bzero(secret, sizeof(secret));
    puts(hex);

    return 0;
}

/* ------------------------------------------------------------------------ */

__attribute__((visibility("default"))) int
scopestack_tool(const char *name, const char *argument)
{
    if (strcmp(name, "check") == 0) {
        return check_file(argument);
    }

    if (strcmp(name, "test") == 0) {
        return tool_test(argument);
    }

    if (strcmp(name, "lint") == 0) {
        return tool_lint(argument);
    }

    if (strcmp(name, "hash") == 0) {
        return hash_secret();
    }

    return argument != NULL ? explain_rule(argument) : list_rules();
}
