#include "program.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#define SELF "/proc/self/exe"

/* --- finding it --------------------------------------------------------- */

static bool
is_self(const struct stat *st)
{
    struct stat self;

    return stat(SELF, &self) == 0 && self.st_dev == st->st_dev
           && self.st_ino == st->st_ino;
}

static bool
is_candidate(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISREG(st.st_mode)
           && access(path, X_OK) == 0 && !is_self(&st);
}

int
program_find(char path[PATH_MAX])
{
    const char *named = getenv("SCOPESTACK_CURL"), *dir = getenv("PATH");

    if (named != NULL && *named != '\0') {
        snprintf(path, PATH_MAX, "%s", named);
        return is_candidate(path) ? 0 : -1;
    }

    for (dir = dir != NULL ? dir : "/usr/local/bin:/usr/bin:/bin"; *dir != '\0';
         dir += *dir == ':') {
        size_t len = strcspn(dir, ":");

        snprintf(path, PATH_MAX, "%.*s/curl", (int) len, len > 0 ? dir : ".");
        if (is_candidate(path)) {
            return 0;
        }
        dir += len;
    }

    return -1;
}

/* --- looking into it ---------------------------------------------------- */

typedef struct {
    const uint8_t *data;
    size_t size;
} image_t;

/* A piece of an image, or NULL when it is not there. */
static const void *
piece(const image_t *image, uint64_t at, uint64_t size)
{
    if (at > image->size || size > image->size - at) {
        return NULL;
    }

    return image->data + at;
}

/* A string of an image, or NULL when it does not end in it. */
static const char *
string(const image_t *image, uint64_t at)
{
    const char *s = piece(image, at, 1);

    return s != NULL && memchr(s, '\0', image->size - at) != NULL ? s : NULL;
}

static const ElfW(Phdr) * segment(const image_t *image, ElfW(Word) type)
{
    const ElfW(Ehdr) *header = piece(image, 0, sizeof(*header));
    const ElfW(Phdr) * segments;

    segments = piece(image, header->e_phoff,
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
    const ElfW(Ehdr) *header = piece(image, 0, sizeof(*header));
    const ElfW(Phdr) * segments;

    segments = piece(image, header->e_phoff,
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

typedef struct {
    const ElfW(Dyn) * entries;
    size_t count;
    uint64_t names; /* offset of the string table */
} dynamic_t;

static dynamic_t
dynamic_of(const image_t *image)
{
    const ElfW(Phdr) *s = segment(image, PT_DYNAMIC);
    dynamic_t dynamic = { NULL, 0, image->size };

    if (s != NULL) {
        dynamic.entries = piece(image, s->p_offset, s->p_filesz);
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

static bool
needs_libcurl(const image_t *image)
{
    dynamic_t dynamic = dynamic_of(image);

    for (size_t i = 0; i < dynamic.count; i++) {
        const char *name;

        if (dynamic.entries[i].d_tag != DT_NEEDED) {
            continue;
        }

        name = string(image, dynamic.names + dynamic.entries[i].d_un.d_val);
        if (name != NULL && strncmp(name, "libcurl", 7) == 0) {
            return true;
        }
    }

    return false;
}

static bool
binds_now(const image_t *image)
{
    dynamic_t dynamic = dynamic_of(image);

    for (size_t i = 0; i < dynamic.count; i++) {
        const ElfW(Dyn) *entry = &dynamic.entries[i];

        if (entry->d_tag == DT_BIND_NOW
            || (entry->d_tag == DT_FLAGS && (entry->d_un.d_val & DF_BIND_NOW))
            || (entry->d_tag == DT_FLAGS_1 && (entry->d_un.d_val & DF_1_NOW))) {
            return true;
        }
    }

    return false;
}

static const char *
interpreter(const image_t *image)
{
    const ElfW(Phdr) *interp = segment(image, PT_INTERP);

    return interp != NULL ? string(image, interp->p_offset) : NULL;
}

/* The linker puts this where our own header is. */
extern const ElfW(Ehdr) __ehdr_start __attribute__((visibility("hidden")));

static bool
is_elf(const image_t *image)
{
    const ElfW(Ehdr) *header = piece(image, 0, sizeof(*header));

    return header != NULL && memcmp(header->e_ident, ELFMAG, SELFMAG) == 0
           && header->e_ident[EI_CLASS] == __ehdr_start.e_ident[EI_CLASS]
           && header->e_ident[EI_DATA] == __ehdr_start.e_ident[EI_DATA]
           && header->e_machine == __ehdr_start.e_machine;
}

static bool
load(const char *path, image_t *image)
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

static void
unload(image_t *image)
{
    munmap((void *) (uintptr_t) image->data, image->size);
}

/* A library that was cut off has lost the table at its end. */
static bool
is_library(const image_t *image)
{
    const ElfW(Ehdr) *header = piece(image, 0, sizeof(*header));

    return is_elf(image) && header->e_type == ET_DYN && header->e_phnum > 0
           && piece(image, header->e_shoff,
                    (uint64_t) header->e_shnum * header->e_shentsize)
                  != NULL;
}

bool
program_is_library(const char *path)
{
    image_t image;
    bool good;

    if (!load(path, &image)) {
        return false;
    }

    good = is_library(&image);
    unload(&image);

    return good;
}

static bool
same_interpreter(const image_t *image)
{
    const char *theirs = interpreter(image), *ours;
    image_t self;
    bool same;

    if (theirs == NULL || !load(SELF, &self)) {
        return false;
    }

    ours = interpreter(&self);
    same = ours != NULL && strcmp(ours, theirs) == 0;
    unload(&self);

    return same;
}

static const char *
image_refusal(const image_t *image)
{
    if (!is_elf(image)) {
        return "it is not a program of this machine (a script?); set "
               "SCOPESTACK_CURL to the real curl";
    }

    if (interpreter(image) == NULL) {
        return "it is linked statically, so that no library can be put "
               "before its libcurl";
    }

    if (!same_interpreter(image)) {
        return "it runs on another C library than sscurl does";
    }

    return needs_libcurl(image)
               ? NULL
               : "it has libcurl built in, or none at all; the rules need "
                 "one that uses the shared libcurl";
}

bool
program_is_privileged(void)
{
    return getauxval(AT_SECURE) != 0 || getuid() != geteuid()
           || getgid() != getegid();
}

const char *
program_refusal(const char *path)
{
    const char *why;
    struct stat st;
    image_t image;

    if (stat(path, &st) != 0) {
        return "it is not there";
    }

    if (st.st_mode & (S_ISUID | S_ISGID)) {
        return "it is set-id, for which the loader ignores LD_PRELOAD";
    }

    if (getxattr(path, "security.capability", NULL, 0) > 0) {
        return "it has file capabilities, for which the loader ignores "
               "LD_PRELOAD";
    }

    if (!load(path, &image)) {
        return "it cannot be read";
    }

    why = image_refusal(&image);
    unload(&image);

    return why;
}

bool
program_binds_now(const char *path)
{
    image_t image;
    bool now;

    if (!load(path, &image)) {
        return false;
    }

    now = binds_now(&image);
    unload(&image);

    return now;
}
