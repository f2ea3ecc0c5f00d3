#include "interposer/libcurl/loaded.h"

/* The loader relocates these addresses in place on some machines only. */
static const void *
address(ElfW(Addr) base, ElfW(Addr) value)
{
    return (const void *) (value >= base ? value : base + value);
}

void
loaded_read_entry(loaded_t *program, const ElfW(Dyn) * entry)
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
