/*
 * loaded.h: programs and libraries as they are in memory.
 */

#ifndef LOADED_H
#define LOADED_H

#include <link.h>
#include <stddef.h>

/* The tables of a program or library, as its dynamic section names them. */
typedef struct {
    ElfW(Addr) base;
    const char *names;
    const ElfW(Sym) * symbols;
    const char *relocations[2]; /* of calls, and of other references */
    size_t sizes[2];
    size_t stride;
} loaded_t;

/* Takes what one entry of the dynamic section says. */
void loaded_read_entry(loaded_t *program, const ElfW(Dyn) * entry);

#endif
