/*
 * ss_case.h: the parts that reading and running of cases are made of.
 */

#ifndef SS_CASE_H
#define SS_CASE_H

#include "config/ss_config.h"

/* Splits "METHOD scheme://authority/path?query". Returns false when it is none.
 */
bool ss_target_parse(ss_str_t line, ss_request_t *request);

/* Readers; target is the ss_request_t. */
ss_read_t ss_read_target;
ss_read_t ss_read_headers;
ss_read_t ss_read_body;
ss_read_t ss_read_body_hex;
ss_read_t ss_read_body_repeat;

/* The readers of `response` and `explains`; target is the ss_case_t. */
ss_read_t ss_read_response;
ss_read_t ss_read_explains;

/* Reads three digits. */
void ss_read_status(ss_config_t *config, const ss_node_t *node,
                    unsigned *status);

/* Complains about a request or a response with more than one body. */
void ss_check_bodies(ss_config_t *config, const ss_node_t *node);

/* A rules file, and what it was made of. */
typedef struct {
    ss_str_t text;
    const ss_node_t *root;
    const ss_engine_t *engine;
} ss_case_rules_t;

/* Reads the text of a rules file, or of none. Returns SS_OK, SS_ERR_CONFIG,
   SS_ERR_NOMEM. */
int ss_case_rules(ss_case_rules_t *rules, ss_str_t text, const ss_mem_t *mem);

/* Puts a `config` over rules. Complains about what is wrong with it; *made is
   rules then. */
void ss_case_config(ss_config_t *config, const ss_node_t *node,
                    const ss_case_rules_t *rules, ss_case_rules_t *made);

/* Makes the edits of a result. Returns SS_OK, SS_ERR_NOMEM. */
int ss_request_edit(const ss_request_t *request, const ss_result_t *result,
                    const ss_mem_t *mem, ss_request_t *leaves);

/* Where two requests differ. */
typedef struct {
    ss_str_t expected;
    ss_str_t found;
} ss_unlike_t;

/* The parts of a request, in the order in which they are compared. */
#define SS_PARTS 6

/* Compares a part of two requests. Returns 1 when it is the same; 0, *unlike
   set, when not; SS_ERR_NOMEM. compared is of SS_CASE_ALL; a part that is not
   among them is the same. */
int ss_request_compare(const ss_request_t *expected, const ss_request_t *found,
                       ss_kind_t kind, unsigned compared, size_t part,
                       const ss_mem_t *mem, ss_unlike_t *unlike);

#endif
