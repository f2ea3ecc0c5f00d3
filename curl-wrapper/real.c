#include "real.h"

#include <dlfcn.h>
#include <limits.h>
#include <link.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "image.h"

real_t real;

static const struct {
    const char *name;
    size_t offset;
} functions[] = {
#define ENTRY(name) { #name, offsetof(real_t, name) },
    HOOKED(ENTRY) CALLED(ENTRY)
#undef ENTRY
};

static atomic_bool loaded;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

typedef struct {
    char path[PATH_MAX];
    unsigned count;
} libcurl_t;

static int
note_libcurl(struct dl_phdr_info *info, size_t size, void *data)
{
    libcurl_t *libcurl = data;

    (void) size;

    if (image_is_libcurl(info->dlpi_name)) {
        snprintf(libcurl->path, sizeof(libcurl->path), "%s", info->dlpi_name);
        libcurl->count++;
    }

    return 0;
}

/* Where libcurl's functions are: behind us in the order of loading, or, when a
   plug-in has brought it, in a place of its own that this order does not know.
   Of two it cannot be told whose calls we get. */
static void *
find_libcurl(void)
{
    libcurl_t libcurl = { .count = 0 };

    if (dlsym(RTLD_NEXT, "curl_easy_init") != NULL) {
        return RTLD_NEXT;
    }

    dl_iterate_phdr(note_libcurl, &libcurl);

    return libcurl.count == 1
               ? dlopen(libcurl.path, RTLD_LAZY | RTLD_LOCAL | RTLD_NOLOAD)
               : NULL;
}

static const char *
load(void)
{
    void *libcurl = find_libcurl();
    real_t found;

    if (libcurl == NULL) {
        return "no libcurl is loaded, or more than one";
    }

    for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
        void *symbol = dlsym(libcurl, functions[i].name);

        if (symbol == NULL) {
            return "this libcurl is older than 7.80, or lacks functions that "
                   "the rules need";
        }
        memcpy((char *) &found + functions[i].offset, &symbol, sizeof(symbol));
    }

    real = found;
    atomic_store_explicit(&loaded, true, memory_order_release);

    return NULL;
}

const char *
real_load(void)
{
    const char *why = NULL;

    if (atomic_load_explicit(&loaded, memory_order_acquire)) {
        return NULL;
    }

    pthread_mutex_lock(&lock);
    if (!atomic_load_explicit(&loaded, memory_order_relaxed)) {
        why = load();
    }
    pthread_mutex_unlock(&lock);

    return why;
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
    const void *target; /* of that call */
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
        } else if (proof->missed == NULL) {
            proof->missed = hooks[i].name;
            proof->target = *slot;
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
real_hooks_bound(missed_t *missed)
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
