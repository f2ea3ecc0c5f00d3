#include "launcher/program.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "shared/image.h"

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

static bool
needs_libcurl(const image_t *image)
{
    dynamic_t dynamic = image_dynamic(image);
    const char *name;
    size_t at = 0;

    while ((name = image_next(image, &dynamic, DT_NEEDED, &at)) != NULL) {
        if (image_is_libcurl(name)) {
            return true;
        }
    }

    return false;
}

static bool
binds_now(const image_t *image)
{
    dynamic_t dynamic = image_dynamic(image);

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
    const ElfW(Phdr) *interp = image_segment(image, PT_INTERP);

    return interp != NULL ? image_string(image, interp->p_offset) : NULL;
}

/* A library that was cut off has lost the table at its end. */
static bool
is_library(const image_t *image)
{
    const ElfW(Ehdr) *header = image_piece(image, 0, sizeof(*header));

    return image_is_elf(image) && header->e_type == ET_DYN
           && header->e_phnum > 0
           && image_piece(image, header->e_shoff,
                          (uint64_t) header->e_shnum * header->e_shentsize)
                  != NULL;
}

bool
program_is_library(const char *path)
{
    image_t image;
    bool good;

    if (!image_load(path, &image)) {
        return false;
    }

    good = is_library(&image);
    image_unload(&image);

    return good;
}

static bool
same_interpreter(const image_t *image)
{
    const char *theirs = interpreter(image), *ours;
    image_t self;
    bool same;

    if (theirs == NULL || !image_load(SELF, &self)) {
        return false;
    }

    ours = interpreter(&self);
    same = ours != NULL && strcmp(ours, theirs) == 0;
    image_unload(&self);

    return same;
}

static const char *
image_refusal(const image_t *image)
{
    if (!image_is_elf(image)) {
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

    if (!image_load(path, &image)) {
        return "it cannot be read";
    }

    why = image_refusal(&image);
    image_unload(&image);

    return why;
}

bool
program_binds_now(const char *path)
{
    image_t image;
    bool now;

    if (!image_load(path, &image)) {
        return false;
    }

    now = binds_now(&image);
    image_unload(&image);

    return now;
}
