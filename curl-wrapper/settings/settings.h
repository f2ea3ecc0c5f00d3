/*
 * settings.h: what the interposer was told, once a process.
 */

#ifndef SETTINGS_H
#define SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "scopestack.h"

typedef struct {
    const ss_engine_t *engine; /* NULL: unusable; nothing may be sent */
    ss_mode_t mode;
    ss_str_t account;
    ss_str_t team;
    const char *report; /* the file of --ss-report, or NULL */
    bool launched;      /* by sscurl, whose exit codes are ours to set */
    bool quiet;
    bool json;
    bool dry_run;
    bool gives_up; /* ends the process with the first rejection */
} setup_t;

/* Never NULL. Reads the rules file on the first call. */
const setup_t *setup(void);

/* Tells whether the launcher was given "quiet", "json" or "dry-run"; reads no
   rules file. */
bool setup_option(const char *word);

/* Finds the rules file that applies; false: the built-in rules do. */
bool setup_find_file(char *path, size_t size);

#endif
