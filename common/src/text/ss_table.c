#include "text/ss_table.h"

#define SIZE_MIN 16

/* FNV-1a */
static size_t
hash(ss_str_t key)
{
    uint32_t h = 2166136261u;

    for (size_t i = 0; i < key.len; i++) {
        h = (h ^ key.data[i]) * 16777619u;
    }

    return h ^ h >> 15;
}

/* The slot of a key, or the free one where it belongs. At least half of them
   are free. */
static ss_slot_t *
slot_of(const ss_table_t *table, ss_str_t key)
{
    size_t i = hash(key) & (table->size - 1);

    while (table->slots[i].value != NULL && !ss_eq(table->slots[i].key, key)) {
        i = (i + 1) & (table->size - 1);
    }

    return &table->slots[i];
}

void *
ss_table_find(const ss_table_t *table, ss_str_t key)
{
    return table->size > 0 ? slot_of(table, key)->value : NULL;
}

static int
grow(ss_table_t *table, const ss_mem_t *mem)
{
    size_t size = table->size > 0 ? table->size * 2 : SIZE_MIN;
    ss_table_t bigger = { ss_alloc(mem, size, sizeof(ss_slot_t)), size,
                          table->count };

    if (bigger.slots == NULL) {
        return SS_ERR_NOMEM;
    }

    for (size_t i = 0; i < table->size; i++) {
        if (table->slots[i].value != NULL) {
            *slot_of(&bigger, table->slots[i].key) = table->slots[i];
        }
    }
    *table = bigger;

    return SS_OK;
}

int
ss_table_add(ss_table_t *table, ss_str_t key, void *value, const ss_mem_t *mem)
{
    if (table->count * 2 >= table->size && grow(table, mem) != SS_OK) {
        return SS_ERR_NOMEM;
    }

    *slot_of(table, key) = (ss_slot_t){ key, value };
    table->count++;

    return SS_OK;
}
