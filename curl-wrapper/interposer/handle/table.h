/*
 * table.h: things that are found by the address they belong to.
 *
 * A thing has a node_t as its first member. There is no lock in here.
 */

#ifndef TABLE_H
#define TABLE_H

#include <stdbool.h>
#include <stddef.h>

typedef struct node {
    struct node *next;
    const void *key;
} node_t;

typedef struct {
    node_t **buckets;
    size_t size; /* a power of two, or 0 */
    size_t count;
} table_t;

/* The node of a key, or NULL. */
node_t *table_find(const table_t *table, const void *key);

/* Adds a node; its key is set, and not there yet. Returns false without
   memory. */
bool table_add(table_t *table, node_t *node);

/* Takes the node of a key out and returns it, or NULL. */
node_t *table_take(table_t *table, const void *key);

#endif
