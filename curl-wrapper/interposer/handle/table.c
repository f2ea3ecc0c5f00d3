#include "interposer/handle/table.h"

#include <stdint.h>
#include <stdlib.h>

#define FIRST_SIZE 64

static node_t **
link_of(const table_t *table, const void *key)
{
    /* what malloc() gives is aligned; the middle bits differ most */
    uintptr_t bits = (uintptr_t) key >> 4;
    node_t **link = &table->buckets[(bits ^ bits >> 12) & (table->size - 1)];

    while (*link != NULL && (*link)->key != key) {
        link = &(*link)->next;
    }

    return link;
}

node_t *
table_find(const table_t *table, const void *key)
{
    return table->count > 0 ? *link_of(table, key) : NULL;
}

static bool
grow(table_t *table)
{
    table_t larger = { .size = table->size > 0 ? table->size * 2 : FIRST_SIZE };

    larger.buckets = calloc(larger.size, sizeof(*larger.buckets));
    if (larger.buckets == NULL) {
        return false;
    }

    for (size_t i = 0; i < table->size; i++) {
        node_t *node = table->buckets[i], *next;

        for (; node != NULL; node = next) {
            next = node->next;
            node->next = NULL;
            *link_of(&larger, node->key) = node;
            larger.count++;
        }
    }

    free(table->buckets);
    *table = larger;

    return true;
}

bool
table_add(table_t *table, node_t *node)
{
    /* a table that cannot grow is slow, but whole */
    if (table->count >= table->size && !grow(table) && table->size == 0) {
        return false;
    }

    node->next = NULL;
    *link_of(table, node->key) = node;
    table->count++;

    return true;
}

node_t *
table_take(table_t *table, const void *key)
{
    node_t **link, *node;

    if (table->count == 0) {
        return NULL;
    }

    link = link_of(table, key);
    node = *link;
    if (node != NULL) {
        *link = node->next;
        table->count--;
    }

    return node;
}
