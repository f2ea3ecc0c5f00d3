#include "interposer/bound.h"

#include <dlfcn.h>
#include <stdint.h>
#include <string.h>

#include "interposer/libcurl/loaded.h"
#include "interposer/libcurl/real.h"

/*
 * Asking the loader who would get a symbol is no proof: dlvsym() follows other
 * rules than the binding of a program does. The slots that the program jumps
 * through are the fact itself.
 */

static const struct {
    const char *name;
    void *hook;
} hooks[] = {
#define ENTRY(name) { #name, (void *) (uintptr_t) name },
    HOOKED(ENTRY)
#undef ENTRY
};

typedef struct {
    unsigned bound;
    const char *missed;
    const void *target; /* of that call */
} proof_t;

static size_t
symbol_of(const ElfW(Rel) * relocation)
{
#if __ELF_NATIVE_CLASS == 64
    return ELF64_R_SYM(relocation->r_info);
#else
    return ELF32_R_SYM(relocation->r_info);
#endif
}

/* Looks at one slot; ElfW(Rela) begins as ElfW(Rel) does. */
static void
prove_slot(const loaded_t *program, const ElfW(Rel) * relocation,
           proof_t *proof)
{
    const ElfW(Sym) *symbol = &program->symbols[symbol_of(relocation)];
    void *const *slot = (void *const *) (program->base + relocation->r_offset);

    for (size_t i = 0; i < sizeof(hooks) / sizeof(hooks[0]); i++) {
        if (strcmp(program->names + symbol->st_name, hooks[i].name) != 0) {
            continue;
        }

        if (*slot == hooks[i].hook) {
            proof->bound++;
        } else if (proof->missed == NULL) {
            proof->missed = hooks[i].name;
            proof->target = *slot;
        }
    }
}

static int
prove(struct dl_phdr_info *info, size_t size, void *data)
{
    loaded_t program = { .base = info->dlpi_addr };
    const ElfW(Dyn) *dynamic = NULL;

    (void) size;

    for (unsigned i = 0; i < info->dlpi_phnum; i++) {
        if (info->dlpi_phdr[i].p_type == PT_DYNAMIC) {
            dynamic =
                (const void *) (info->dlpi_addr + info->dlpi_phdr[i].p_vaddr);
        }
    }

    for (; dynamic != NULL && dynamic->d_tag != DT_NULL; dynamic++) {
        loaded_read_entry(&program, dynamic);
    }

    for (unsigned k = 0; k < 2 && program.stride > 0; k++) {
        for (size_t at = 0; at + program.stride <= program.sizes[k];
             at += program.stride) {
            prove_slot(&program, (const void *) (program.relocations[k] + at),
                       data);
        }
    }

    /* the program itself comes first; one look is enough */
    return 1;
}

bool
hooks_bound(missed_t *missed)
{
    proof_t proof = { 0, NULL, NULL };
    Dl_info info;

    dl_iterate_phdr(prove, &proof);

    *missed = (missed_t){ proof.missed, "nowhere" };
    if (proof.missed != NULL && dladdr(proof.target, &info) != 0) {
        missed->target = info.dli_fname;
    }

    return proof.missed == NULL && proof.bound > 0;
}
