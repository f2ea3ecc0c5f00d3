/*
 * tools.h: tools that have a file of their own. Each returns an exit code.
 */

#ifndef TOOLS_H
#define TOOLS_H

/* Runs the cases of a file, "-" for stdin: 0 all as expected, 1 some are not, 2
   nothing that can be run. */
int tool_test(const char *path);

/* Checks the requests of a file, "-" for stdin: 0 no findings, 1 some, 2
   nothing that can be checked. */
int tool_lint(const char *path);

#endif
