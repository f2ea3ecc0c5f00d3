#include "settings/settings.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/guard.h"
#include "shared/say.h"

static setup_t config;
static ss_arena_t arena;
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* --- the rules file ----------------------------------------------------- */

static const char *
environment(const char *name)
{
    const char *value = getenv(name);

    return value != NULL && *value != '\0' ? value : NULL;
}

static bool
try(char *path, size_t size, const char *dir, const char *rest)
{
    return dir != NULL && snprintf(path, size, "%s%s", dir, rest) < (int) size
           && access(path, F_OK) == 0;
}

bool
setup_find_file(char *path, size_t size)
{
    const char *named = environment("SCOPESTACK_CONFIG");
    const char *xdg = environment("XDG_CONFIG_HOME");

    /* a file that was named must be there */
    if (named != NULL) {
        snprintf(path, size, "%s", named);
        return true;
    }

    return (xdg != NULL ? try(path, size, xdg, "/scopestack/config.yaml")
                        : try(path, size, environment("HOME"),
                              "/.config/scopestack/config.yaml"))
           || try(path, size, "/etc", "/scopestack/config.yaml");
}

static ss_engine_t *
load(void)
{
    ss_mem_t mem = ss_arena_mem(&arena);
    ss_engine_t *engine = NULL;
    ss_str_t errors = { NULL, 0 };
    char path[4096];
    int rc = setup_find_file(path, sizeof(path))
                 ? ss_engine_load(&engine, path, &mem, &errors)
                 : ss_engine_default(&engine, &mem);

    if (rc == SS_ERR_CONFIG) {
        report_raw(errors);
    } else if (rc != SS_OK) {
        report_line("out of memory while reading the rules");
    }

    return engine;
}

/* --- the rest ----------------------------------------------------------- */

static ss_str_t
environment_text(const char *name)
{
    const char *value = environment(name);

    return (ss_str_t){ (const uint8_t *) value,
                       value != NULL ? strlen(value) : 0 };
}

/* Prints what is wrong with a setting; not its value, which may be a secret. */
static bool
refuse(const char *option, const char *variable, const char *why)
{
    report_line("%s or %s: %s", option, variable, why);

    return false;
}

/* Returns false when a setting is wrong, and that was printed. */
static bool
read_settings(void)
{
    ss_str_t mode = environment_text("SCOPESTACK_MODE");
    const char *why;

    config.account = environment_text("SCOPESTACK_ACCOUNT");
    config.team = environment_text("SCOPESTACK_TEAM");

    if (mode.len > 0) {
        config.mode = ss_mode_parse(mode);
        if (config.mode == SS_MODE_UNSET) {
            return refuse("--ss-mode", "SCOPESTACK_MODE",
                          "the mode must be off, observe or enforce");
        }
    }

    why = config.account.len > 0 ? ss_account_problem(config.account) : NULL;
    if (why != NULL) {
        return refuse("--ss-account", "SCOPESTACK_ACCOUNT", why);
    }

    if (config.team.len > 0
        && !ss_engine_has_team(config.engine, config.team)) {
        return refuse("--ss-team", "SCOPESTACK_TEAM",
                      "the rules file has no team of that name");
    }

    return true;
}

bool
setup_option(const char *word)
{
    const char *options = getenv(ENV_OPTIONS);

    return options != NULL && strstr(options, word) != NULL;
}

static void
read_all(void)
{
    ss_arena_init(&arena);

    config.launched = getenv(ENV_OPTIONS) != NULL;
    config.quiet = setup_option("quiet");
    config.json = setup_option("json");
    config.dry_run = setup_option("dry-run");
    config.gives_up = setup_option("give-up");
    config.report = config.launched ? environment(ENV_REPORT) : NULL;
    if (config.report != NULL) {
        config.report = strdup(config.report);
    }

    config.engine = load();
    if (config.engine != NULL && !read_settings()) {
        config.engine = NULL;
    }

    if (config.engine == NULL) {
        report_line("the rules cannot be applied; nothing is sent");
    }
}

const setup_t *
setup(void)
{
    pthread_once(&once, read_all);

    return &config;
}
