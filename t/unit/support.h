/*
 * support.h: what C tests share.
 */

#ifndef SUPPORT_H
#define SUPPORT_H

#include "text/ss_str.h"

/*
 * An allocator for tests: each block is one malloc of exactly the size asked
 * for, so that the address sanitizer sees one byte over; the n-th allocation
 * can be made to fail.
 */
typedef struct {
    void **blocks;
    size_t count;
    size_t size;
    size_t fail_at; /* this allocation, from 1, and all behind it; 0: none */
    size_t asked;
} test_mem_t;

#define TEST_MEM ((test_mem_t){ .blocks = NULL })

ss_mem_t test_mem(test_mem_t *mem);
void test_mem_release(test_mem_t *mem);

/* A copy of s in a block of exactly its length. Never fails. */
ss_str_t exact(test_mem_t *mem, ss_str_t s);

/* What was put into a buffer, and a copy of a text in any memory; no memory
   ends the program. */
ss_str_t built(ss_buf_t *buf);
ss_str_t copied(const ss_mem_t *mem, ss_str_t text);

/* A copy of a request in exactly sized blocks. */
ss_request_t exact_request(test_mem_t *mem, const ss_request_t *request);

/* Splits "METHOD scheme://authority/path?query". Returns false when it is none.
 */
bool parse_target(ss_str_t line, ss_request_t *request);

/* The request that leaves: edits applied. */
ss_request_t apply_edits(test_mem_t *mem, const ss_request_t *request,
                         const ss_result_t *result);

/* An engine of this text; ends the program with the errors when there is
   none. */
ss_engine_t *test_engine(test_mem_t *mem, ss_str_t yaml);

/* A rules file in mem: head, and `rules` in which each rule repairs, or reports
   when it has no repair. What rules do by default says less. */
ss_str_t repairing_rules(test_mem_t *mem, const char *head);

/* Tells whether there are as many errors as parts, and each part stands behind
   the one before it. The parts end at max or at NULL. */
bool errors_are(ss_str_t errors, const char *const *parts, size_t max);

/* The same of any text's lines. */
bool lines_are(ss_str_t text, const char *const *parts, size_t max);

/* The whole file, or the end of the program. */
ss_str_t read_file(test_mem_t *mem, const char *path);

#endif
