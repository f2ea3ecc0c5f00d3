/*
 * dlopen.c: what a program loads while it runs.
 *
 * Hosts of plug-ins, PHP among them, ask for RTLD_DEEPBIND: the calls of a
 * plug-in then go to the libcurl that it needs, past what is preloaded. Without
 * that flag they reach our hooks. It is taken out for what needs libcurl, and
 * for nothing else. A program that looks libcurl's functions up for itself gets
 * them, and a line that the rules do not see its calls.
 *
 * glibc looks for a library in the RUNPATH of whoever calls dlopen(), which it
 * knows by the return address. So ours is left by a jump.
 */

#include <dlfcn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/image.h"
#include "shared/say.h"
#include "interposer/libcurl/search.h"

#define EXPORT __attribute__((visibility("default")))

#if defined(__has_attribute)
#if __has_attribute(musttail)
#define JUMP __attribute__((musttail)) return
#endif
#endif
#ifdef JUMP
#define JUMPS
#else
#define JUMP return
#define JUMPS __attribute__((optimize("O2")))
#endif

typedef void *dlmopen_t(Lmid_t, const char *, int);

/* Where the program's call would have gone without us; NULL: nowhere. */
static void *
next(const char *name, _Atomic(void *) *found)
{
    void *function = atomic_load_explicit(found, memory_order_acquire);

    if (function == NULL) {
        function = dlsym(RTLD_NEXT, name);
        atomic_store_explicit(found, function, memory_order_release);
    }

    return function;
}

static dlopen_t *
next_dlopen(void)
{
    static _Atomic(void *) found;
    void *function = next("dlopen", &found);
    dlopen_t *result;

    memcpy(&result, &function, sizeof(result));

    return result;
}

static dlmopen_t *
next_dlmopen(void)
{
    static _Atomic(void *) found;
    void *function = next("dlmopen", &found);
    dlmopen_t *result;

    memcpy(&result, &function, sizeof(result));

    return result;
}

/* The file that the caller would get; false: none that we know of. */
static bool
find(const char *file, const void *caller, char path[PATH_MAX])
{
    struct link_map *map = NULL;
    Dl_info info;

    if (strchr(file, '/') != NULL) {
        snprintf(path, PATH_MAX, "%s", file);
        return access(path, R_OK) == 0;
    }

    /* a handle is a link_map, in glibc */
    return dladdr1(caller, &info, (void **) &map, RTLD_DL_LINKMAP) != 0
           && map != NULL && search_library(file, map, path);
}

static bool
brings_libcurl(const char *path)
{
    dlopen_t *load = next_dlopen();
    void *program = load != NULL ? load(NULL, RTLD_LAZY) : NULL;

    return program != NULL && search_libcurl(path, program, load);
}

/* The flags to load a file with, into the program's own namespace. */
static int
flags_for(const char *file, int flags, const void *caller)
{
    char path[PATH_MAX];

    if (file == NULL || (flags & RTLD_NOLOAD) != 0) {
        return flags;
    }

    if (image_is_libcurl(file)) {
        if (find(file, caller, path)) {
            report_unseen(file, "by its name");
        }
        return flags;
    }

    if ((flags & RTLD_DEEPBIND) != 0 && find(file, caller, path)
        && brings_libcurl(path)) {
        flags &= ~RTLD_DEEPBIND;
    }

    return flags;
}

EXPORT JUMPS void *
dlopen(const char *file, int flags)
{
    dlopen_t *load = next_dlopen();

    if (load == NULL) {
        return NULL;
    }
    flags = flags_for(file, flags, __builtin_return_address(0));

    JUMP load(file, flags);
}

static void
look_at_namespace(const char *file, const void *caller)
{
    char path[PATH_MAX];

    if (file != NULL && find(file, caller, path)
        && (image_is_libcurl(file) || brings_libcurl(path))) {
        report_unseen(file, "into a namespace of its own");
    }
}

EXPORT JUMPS void *
dlmopen(Lmid_t space, const char *file, int flags)
{
    dlmopen_t *load = next_dlmopen();

    if (load == NULL) {
        return NULL;
    }
    if (space == LM_ID_BASE) {
        flags = flags_for(file, flags, __builtin_return_address(0));
    } else {
        look_at_namespace(file, __builtin_return_address(0));
    }

    JUMP load(space, file, flags);
}
