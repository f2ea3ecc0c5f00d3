/*
 * lint_json.h: JSON whose values know where in the text they stand.
 *
 * jansson reads the text, and does not say where it found what; so that an
 * index is made of the text, which is known to be JSON by then, and both are
 * walked side by side.
 */

#ifndef LINT_JSON_H
#define LINT_JSON_H

#include <jansson.h>

#include "tools/lint/lint_text.h"

typedef struct {
    uint32_t offset; /* of the value */
    uint32_t next;   /* the container's next one; 0: this was the last */
    uint32_t parent;
    uint32_t key; /* offset of the member's name, or JSON_ITEM and the index */
} json_spot_t;

#define JSON_ITEM 0x80000000u

typedef struct {
    ss_str_t text;
    json_t *json;
    json_spot_t *spots; /* a container's first child follows it; 0: the root */
    size_t count;
    size_t size;
} json_doc_t;

/* A value and its spot; .json is NULL for one that is not there. */
typedef struct {
    json_t *json;
    uint32_t at;
} node_t;

typedef struct {
    json_t *array;
    size_t i;
    uint32_t at;
} json_each_t;

/* Reads a text of less than 2 GiB. Returns 0; -1 when it is no JSON, with
 *error set; -2 out of memory. */
int json_doc_read(json_doc_t *doc, ss_str_t text, json_error_t *error);
void json_doc_free(json_doc_t *doc);

node_t json_root(const json_doc_t *doc);

/* Finds a member; of one that is there twice the last, as jansson does. */
node_t json_member(const json_doc_t *doc, node_t object, const char *key);

/* The items of an array; none of anything else. */
json_each_t json_each(node_t array);
bool json_next(const json_doc_t *doc, json_each_t *each, node_t *item);

/* The string; empty when it is none. */
ss_str_t json_text(node_t node);
ss_str_t json_member_text(const json_doc_t *doc, node_t object,
                          const char *key);
bool json_member_is_true(node_t object, const char *key);

uint32_t json_offset(const json_doc_t *doc, node_t node);

/* The JSON Pointer (RFC 6901) of a spot. */
ss_str_t json_pointer(const json_doc_t *doc, uint32_t at, const ss_mem_t *mem);

#endif
