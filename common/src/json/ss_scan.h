/*
 * ss_scan.h: JSON texts (RFC 8259), one token at a time, without memory of its
 * own.
 *
 * Tokens are slices of the text, so that whoever changes a text can leave all
 * other bytes as they are: a tree would lose how numbers are spelt. Strict: no
 * comments, no trailing commas, well-formed UTF-8, surrogates in pairs. Two
 * members of an object with the same name are refused.
 */

#ifndef SS_SCAN_H
#define SS_SCAN_H

#include "text/ss_str.h"

/* Deeper texts are refused, as the JSON library of Ruby does by default. */
#define SS_SCAN_DEPTH 100

/* Members of all open objects: each name is compared with those before it, so
   that there must be an end. */
#define SS_SCAN_NAMES 1000

typedef enum {
    SS_SCAN_END, /* of a well-formed text */
    SS_SCAN_FAILED,
    SS_SCAN_OBJECT, /* "{" */
    SS_SCAN_OBJECT_END,
    SS_SCAN_ARRAY, /* "[" */
    SS_SCAN_ARRAY_END,
    SS_SCAN_NAME,   /* of a member, without quotes; its value comes next */
    SS_SCAN_STRING, /* without quotes, escapes as they stand */
    SS_SCAN_INTEGER,
    SS_SCAN_REAL,
    SS_SCAN_TRUE,
    SS_SCAN_FALSE,
    SS_SCAN_NULL
} ss_scan_kind_t;

typedef enum {
    SS_SCAN_GOOD,
    SS_SCAN_MALFORMED, /* what stands at scan->at may not stand there */
    SS_SCAN_DUPLICATE, /* the name that begins at scan->at */
    SS_SCAN_TOO_DEEP,
    SS_SCAN_TOO_MANY
} ss_scan_error_t;

typedef struct {
    const uint8_t *at;
    const uint8_t *end;
    ss_scan_error_t error;
    unsigned depth;
    unsigned expects;
    bool escapes;                           /* in the last name or string */
    uint8_t in_object[SS_SCAN_DEPTH + 1];   /* by depth */
    uint16_t first_name[SS_SCAN_DEPTH + 1]; /* of the object at this depth */
    unsigned name_count;
    unsigned collisions; /* of names that differ */
    uint32_t hashes[SS_SCAN_NAMES];
    ss_str_t names[SS_SCAN_NAMES];
} ss_scan_t;

/* Begins; *scan borrows the text. */
void ss_scan_init(ss_scan_t *scan, ss_str_t text);

/*
 * Gives the next token. SS_SCAN_END at the end of the one value that a text
 * is; SS_SCAN_FAILED, with scan->error set, where it is none. Both stay.
 */
ss_scan_kind_t ss_scan_next(ss_scan_t *scan, ss_str_t *token);

/* Goes behind the value that begins with a token of this kind, which was the
   last one. SS_SCAN_FAILED when it does not end, else kind. */
ss_scan_kind_t ss_scan_skip(ss_scan_t *scan, ss_scan_kind_t kind);

/* Tells whether a name or string token, decoded, is text, which has no
   backslash. */
bool ss_scan_is(ss_str_t token, ss_str_t text);

/* Decodes a name or string token; gives the token itself when it has no
   escapes. .data is NULL when there is no memory. */
ss_str_t ss_scan_decode(ss_str_t token, const ss_mem_t *mem);

/* Takes the next code point from *rest of a name or string token, which must
   not be empty. */
uint32_t ss_scan_character(ss_str_t *rest);

#endif
