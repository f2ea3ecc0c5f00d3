/*
 * search.h: which file the loader would take, and whether libcurl comes with
 * it; asked before it is loaded.
 */

#ifndef SEARCH_H
#define SEARCH_H

#include <limits.h>
#include <link.h>
#include <stdbool.h>

/* dlopen() itself, which we hook. */
typedef void *dlopen_t(const char *, int);

/* Finds the library of a name in the places that the loader looks at for an
   object of the program: its RUNPATH, LD_LIBRARY_PATH and the system's folders.
   What only the loader's cache knows is not found. */
bool search_library(const char *name, void *object, char path[PATH_MAX]);

/* Tells whether a library needs libcurl, directly or by others that are not
   loaded yet. program: the program's own handle. */
bool search_libcurl(const char *path, void *program, dlopen_t *load);

#endif
