/*
 * Reads a rules file, so that growth.t can count what that takes. Built without
 * sanitizers. Exits 0 for a good file, 1 for one with errors.
 */

#include <stdio.h>
#include <stdlib.h>

#include "scopestack.h"

int
main(int argc, char **argv)
{
    ss_engine_t *engine;
    ss_arena_t arena;
    ss_str_t errors;
    ss_mem_t mem;
    int rc;

    if (argc != 2) {
        fputs("usage: growth FILE\n", stderr);
        return 2;
    }

    ss_arena_init(&arena);
    mem = ss_arena_mem(&arena);
    rc = ss_engine_load(&engine, argv[1], &mem, &errors);
    fwrite(errors.data, 1, errors.len, stderr);
    ss_arena_release(&arena);

    return rc == SS_OK ? 0 : 1;
}
