#include "real.h"

#include <dlfcn.h>
#include <link.h>
#include <stddef.h>
#include <string.h>

real_t real;

static const struct {
    const char *name;
    size_t offset;
} functions[] = {
#define ENTRY(name) { #name, offsetof(real_t, name) },
    HOOKED(ENTRY) CALLED(ENTRY)
#undef ENTRY
};

bool
real_load(void)
{
    for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
        void *symbol = dlsym(RTLD_NEXT, functions[i].name);

        if (symbol == NULL) {
            return false;
        }
        memcpy((char *) &real + functions[i].offset, &symbol, sizeof(symbol));
    }

    return true;
}

/* --- are the hooks bound? ----------------------------------------------- */

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

/* The program's tables, as its dynamic section names them. */
typedef struct {
    ElfW(Addr) base;
    const char *names;
    const ElfW(Sym) * symbols;
    const char *relocations[2]; /* of calls, and of other references */
    size_t sizes[2];
    size_t stride;
} program_t;

typedef struct {
    unsigned bound;
    const char *missed;
} proof_t;

/* The loader relocates these addresses in place on some machines only. */
static const void *
address(ElfW(Addr) base, ElfW(Addr) value)
{
    return (const void *) (value >= base ? value : base + value);
}

static void
read_entry(program_t *program, const ElfW(Dyn) * entry)
{
    const void *at = address(program->base, entry->d_un.d_ptr);

    switch (entry->d_tag) {
    case DT_STRTAB:
        program->names = at;
        break;
    case DT_SYMTAB:
        program->symbols = at;
        break;
    case DT_JMPREL:
        program->relocations[0] = at;
        break;
    case DT_PLTRELSZ:
        program->sizes[0] = entry->d_un.d_val;
        break;
    case DT_RELA:
    case DT_REL:
        program->relocations[1] = at;
        break;
    case DT_RELASZ:
    case DT_RELSZ:
        program->sizes[1] = entry->d_un.d_val;
        break;
    case DT_RELAENT:
    case DT_RELENT:
        program->stride = entry->d_un.d_val;
        break;
    default:
        break;
    }
}

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
prove_slot(const program_t *program, const ElfW(Rel) * relocation,
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
        } else {
            proof->missed = hooks[i].name;
        }
    }
}

static int
prove(struct dl_phdr_info *info, size_t size, void *data)
{
    program_t program = { .base = info->dlpi_addr };
    const ElfW(Dyn) *dynamic = NULL;

    (void) size;

    for (unsigned i = 0; i < info->dlpi_phnum; i++) {
        if (info->dlpi_phdr[i].p_type == PT_DYNAMIC) {
            dynamic =
                (const void *) (info->dlpi_addr + info->dlpi_phdr[i].p_vaddr);
        }
    }

    for (; dynamic != NULL && dynamic->d_tag != DT_NULL; dynamic++) {
        read_entry(&program, dynamic);
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
real_hooks_bound(const char **missed)
{
    proof_t proof = { 0, NULL };

    dl_iterate_phdr(prove, &proof);

    if (proof.missed == NULL && proof.bound == 0) {
        proof.missed = "none of them";
    }
    *missed = proof.missed;

    return proof.missed == NULL;
}
