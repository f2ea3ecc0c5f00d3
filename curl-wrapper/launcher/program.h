/*
 * program.h: finding curl, and making sure that it can be hooked.
 */

#ifndef PROGRAM_H
#define PROGRAM_H

#include <limits.h>
#include <stdbool.h>

/* Finds the system's curl: $SCOPESTACK_CURL, else the first one in $PATH that
   is not this program. Returns 0 with path set, or -1. */
int program_find(char path[PATH_MAX]);

/* Tells whether the file is a whole shared library of this machine. The loader
   passes over one that is not, and starts the program without it. */
bool program_is_library(const char *path);

/* Tells whether this process has rights that its user has not, and would hand
   them on: the loader then ignores LD_PRELOAD, in curl as in here. */
bool program_is_privileged(void);

/* Why LD_PRELOAD would not reach the libcurl of a program; NULL when nothing
   speaks against it. The sentence is static. */
const char *program_refusal(const char *path);

/* Tells whether the calls of a program are bound when it starts; otherwise
   LD_BIND_NOW must make them so, or nothing could be proved. */
bool program_binds_now(const char *path);

#endif
