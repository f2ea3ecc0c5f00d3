/*
 * options.h: the command line of sscurl.
 */

#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>

typedef struct {
    /* NULL: not said */
    const char *config;
    const char *mode;
    const char *account;
    const char *team;
    const char *tool; /* "check", "test", "lint", "rules", "hash", "doctor" */
    const char *tool_argument;
    const char *format; /* "text", "json", "sarif", "junit" */
    const char *output;
    const char *report;
    bool json;
    bool quiet;
    bool dry_run;
    bool help;
    bool version;
    /* curl's -s and -S */
    bool incomplete; /* curl's last option has no value */
    bool gives_up;   /* one URL, told to be tried again after any error */
    bool silent;
    bool show_error;
    /* what is left for curl: argv[0], then its words, then NULL */
    int argc;
    char **argv;
    /* where the options of each operation end: before "--next", before "--",
       at the end; to be freed */
    int *ends;
    int end_count;
} options_t;

/* Reads a command line; argv is reordered in place, and its words borrowed.
   Returns 0, or -1 with a message on stderr. */
int options_read(options_t *options, int argc, char **argv);

/* Tells whether --ss-doctor was asked for. */
bool options_doctor(const options_t *options);

/* Prints our options. */
void options_help(void);

#endif
