#include "shared/image.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

const void *
image_piece(const image_t *image, uint64_t at, uint64_t size)
{
    if (at > image->size || size > image->size - at) {
        return NULL;
    }

    return image->data + at;
}

const char *
image_string(const image_t *image, uint64_t at)
{
    const char *s = image_piece(image, at, 1);

    return s != NULL && memchr(s, '\0', image->size - at) != NULL ? s : NULL;
}

const ElfW(Phdr) * image_segment(const image_t *image, ElfW(Word) type)
{
    const ElfW(Ehdr) *header = image_piece(image, 0, sizeof(*header));
    const ElfW(Phdr) * segments;

    segments = image_piece(image, header->e_phoff,
                           (uint64_t) header->e_phnum * sizeof(*segments));

    for (unsigned i = 0; segments != NULL && i < header->e_phnum; i++) {
        if (segments[i].p_type == type) {
            return &segments[i];
        }
    }

    return NULL;
}

/* The place in the file of a virtual address; the file's size: none. */
static uint64_t
offset_of(const image_t *image, ElfW(Addr) address)
{
    const ElfW(Ehdr) *header = image_piece(image, 0, sizeof(*header));
    const ElfW(Phdr) * segments;

    segments = image_piece(image, header->e_phoff,
                           (uint64_t) header->e_phnum * sizeof(*segments));

    for (unsigned i = 0; segments != NULL && i < header->e_phnum; i++) {
        const ElfW(Phdr) *s = &segments[i];

        if (s->p_type == PT_LOAD && address >= s->p_vaddr
            && address - s->p_vaddr < s->p_filesz) {
            return s->p_offset + (address - s->p_vaddr);
        }
    }

    return image->size;
}

dynamic_t
image_dynamic(const image_t *image)
{
    const ElfW(Phdr) *s = image_segment(image, PT_DYNAMIC);
    dynamic_t dynamic = { NULL, 0, image->size };

    if (s != NULL) {
        dynamic.entries = image_piece(image, s->p_offset, s->p_filesz);
    }

    if (dynamic.entries != NULL) {
        dynamic.count = s->p_filesz / sizeof(dynamic.entries[0]);
    }

    for (size_t i = 0; i < dynamic.count; i++) {
        if (dynamic.entries[i].d_tag == DT_STRTAB) {
            dynamic.names = offset_of(image, dynamic.entries[i].d_un.d_ptr);
        }
    }

    return dynamic;
}

const char *
image_next(const image_t *image, const dynamic_t *dynamic, ElfW(Sxword) tag,
           size_t *at)
{
    while (*at < dynamic->count) {
        const ElfW(Dyn) *entry = &dynamic->entries[(*at)++];

        if (entry->d_tag == DT_NULL) {
            break;
        }
        if (entry->d_tag == tag) {
            return image_string(image, dynamic->names + entry->d_un.d_val);
        }
    }

    return NULL;
}

bool
image_is_libcurl(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash != NULL ? slash + 1 : path;

    return strncmp(name, "libcurl", 7) == 0
           && (name[7] == '.' || name[7] == '-') && strstr(name, ".so") != NULL;
}

/* The linker puts this where our own header is. */
extern const ElfW(Ehdr) __ehdr_start __attribute__((visibility("hidden")));

bool
image_is_elf(const image_t *image)
{
    const ElfW(Ehdr) *header = image_piece(image, 0, sizeof(*header));

    return header != NULL && memcmp(header->e_ident, ELFMAG, SELFMAG) == 0
           && header->e_ident[EI_CLASS] == __ehdr_start.e_ident[EI_CLASS]
           && header->e_ident[EI_DATA] == __ehdr_start.e_ident[EI_DATA]
           && header->e_machine == __ehdr_start.e_machine;
}

bool
image_load(const char *path, image_t *image)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    void *data = MAP_FAILED;

    if (fd < 0) {
        return false;
    }

    if (fstat(fd, &st) == 0 && st.st_size > 0) {
        data = mmap(NULL, (size_t) st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    }
    close(fd);

    if (data == MAP_FAILED) {
        return false;
    }

    *image = (image_t){ data, (size_t) st.st_size };

    return true;
}

void
image_unload(image_t *image)
{
    munmap((void *) (uintptr_t) image->data, image->size);
}
