#include <stdalign.h>
#include <stdlib.h>

#include "text/ss_str.h"

#define BLOCK_SIZE 8192

struct ss_arena_block {
    ss_arena_block_t *next;
    size_t used;
    size_t size;
    alignas(max_align_t) uint8_t data[];
};

void
ss_arena_init(ss_arena_t *arena)
{
    arena->blocks = NULL;
}

static ss_arena_block_t *
add_block(ss_arena_t *arena, size_t size)
{
    ss_arena_block_t *block;

    if (size > SIZE_MAX - sizeof(*block)) {
        return NULL;
    }

    block = malloc(sizeof(*block) + size);
    if (block == NULL) {
        return NULL;
    }

    block->next = arena->blocks;
    block->used = 0;
    block->size = size;
    arena->blocks = block;

    return block;
}

static void *
arena_alloc(void *ctx, size_t size)
{
    ss_arena_t *arena = ctx;
    ss_arena_block_t *block = arena->blocks;
    void *p;

    if (size > SIZE_MAX - alignof(max_align_t)) {
        return NULL;
    }
    size = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);

    if (block == NULL || block->size - block->used < size) {
        block = add_block(arena, size > BLOCK_SIZE ? size : BLOCK_SIZE);
        if (block == NULL) {
            return NULL;
        }
    }

    p = block->data + block->used;
    block->used += size;

    return p;
}

ss_mem_t
ss_arena_mem(ss_arena_t *arena)
{
    return (ss_mem_t){ arena_alloc, arena };
}

void
ss_arena_release(ss_arena_t *arena)
{
    while (arena->blocks != NULL) {
        ss_arena_block_t *block = arena->blocks;

        arena->blocks = block->next;
        free(block);
    }
}
