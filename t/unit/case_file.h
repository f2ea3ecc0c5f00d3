/*
 * case_file.h: a file of cases, t/cases/<rule>.yaml. t/README.md describes it.
 */

#ifndef CASE_FILE_H
#define CASE_FILE_H

#include "support.h"
#include "ss_yaml.h"

#define CASE_FINDINGS_MAX 16

typedef struct {
    ss_str_t rule;
    ss_str_t outcome;
} case_find_t;

typedef struct {
    const char *file;
    unsigned line;
    ss_str_t name;
    ss_str_t config; /* a whole rules file */
    ss_request_t request;
    ss_request_t leaves; /* what is to leave; like request when nothing is to
                            change */

    size_t find_count;
    case_find_t finds[CASE_FINDINGS_MAX];

    const ss_node_t *says; /* list of parts of messages, or NULL */
    const ss_node_t *only; /* list of backends, or NULL: all */
    unsigned status;       /* of the answer; 0: not rejected */
    ss_str_t code;         /* in the answer */
} test_case_t;

typedef struct {
    const char *path;
    ss_str_t rule; /* that all of it is about */
    size_t count;
    test_case_t *cases;
} case_file_t;

/* Reads a file; ends the program with a located error when it is not one of
   cases. All lives in mem. */
void case_file_read(case_file_t *file, const char *path, test_mem_t *mem);

#endif
