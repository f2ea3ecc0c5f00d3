/*
 * ss_table.h: words that are looked up by their text, in constant time.
 */

#ifndef SS_TABLE_H
#define SS_TABLE_H

#include "text/ss_str.h"

typedef struct {
    ss_str_t key;
    void *value; /* NULL: the slot is free */
} ss_slot_t;

/* Begin with all zero. Keys are borrowed. */
typedef struct {
    ss_slot_t *slots;
    size_t size; /* a power of 2, or 0 */
    size_t count;
} ss_table_t;

/* Returns the value of a key, or NULL. */
void *ss_table_find(const ss_table_t *table, ss_str_t key);

/* Adds a key that is not there; value is not NULL. SS_OK, SS_ERR_NOMEM. */
int ss_table_add(ss_table_t *table, ss_str_t key, void *value,
                 const ss_mem_t *mem);

#endif
