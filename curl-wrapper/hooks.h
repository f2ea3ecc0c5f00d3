/*
 * hooks.h: what the files with hooks share.
 */

#ifndef HOOKS_H
#define HOOKS_H

#include <stdbool.h>

#define EXPORT __attribute__((visibility("default")))

/* Whether libcurl's functions are known; says once why they are not. */
bool hooks_are_ready(void);

#endif
