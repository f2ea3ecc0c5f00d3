#include "interposer/libcurl/search.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/image.h"

/* Of a chain of needed libraries, and of all that are looked into. */
#define MAX_DEPTH 8
#define MAX_FILES 64

static bool
is_there(const char *dir, size_t len, const char *name, char path[PATH_MAX])
{
    return snprintf(path, PATH_MAX, "%.*s/%s", (int) len, dir, name) < PATH_MAX
           && access(path, R_OK) == 0;
}

bool
search_library(const char *name, void *object, char path[PATH_MAX])
{
    Dl_serinfo size, *places;
    bool found = false;

    if (dlinfo(object, RTLD_DI_SERINFOSIZE, &size) != 0) {
        return false;
    }

    places = malloc(size.dls_size);
    if (places == NULL) {
        return false;
    }

    if (dlinfo(object, RTLD_DI_SERINFOSIZE, places) == 0
        && dlinfo(object, RTLD_DI_SERINFO, places) == 0) {
        for (unsigned i = 0; i < places->dls_cnt && !found; i++) {
            const char *dir = places->dls_serpath[i].dls_name;

            found = is_there(dir, strlen(dir), name, path);
        }
    }
    free(places);

    return found;
}

/* --- what a library needs ----------------------------------------------- */

typedef struct {
    void *program;
    dlopen_t *load;
    unsigned depth;
    unsigned files;
} search_t;

/* The folder of a list that has the library; $ORIGIN is where the list's own
   file is. */
static bool
in_list(const char *list, const char *owner, const char *name,
        char path[PATH_MAX])
{
    const char *slash = strrchr(owner, '/');
    int origin = slash != NULL ? (int) (slash - owner) : 0;

    while (list != NULL && *list != '\0') {
        size_t len = strcspn(list, ":"), word = 0;
        char dir[PATH_MAX];

        if (strncmp(list, "$ORIGIN", 7) == 0) {
            word = 7;
        } else if (strncmp(list, "${ORIGIN}", 9) == 0) {
            word = 9;
        }
        snprintf(dir, sizeof(dir), "%.*s%.*s", word > 0 ? origin : 0, owner,
                 (int) (len - word), list + word);
        if (len > 0 && is_there(dir, strlen(dir), name, path)) {
            return true;
        }
        list += len + (list[len] == ':');
    }

    return false;
}

/* What is loaded already has its calls bound, and changes no more. */
static bool
is_loaded(const search_t *search, const char *name)
{
    void *handle = search->load(name, RTLD_LAZY | RTLD_NOLOAD);

    return handle != NULL && dlclose(handle) == 0;
}

static bool
find_needed(const search_t *search, const image_t *image,
            const dynamic_t *dynamic, const char *owner, const char *name,
            char path[PATH_MAX])
{
    size_t at = 0;
    const char *list = image_next(image, dynamic, DT_RUNPATH, &at);

    at = 0;
    if (list == NULL) {
        list = image_next(image, dynamic, DT_RPATH, &at);
    }

    return in_list(list, owner, name, path)
           || search_library(name, search->program, path);
}

static bool comes_with(search_t *search, const char *path);

static bool
is_needed(search_t *search, const image_t *image, const char *owner)
{
    dynamic_t dynamic = image_dynamic(image);
    const char *name;
    size_t at = 0;

    while ((name = image_next(image, &dynamic, DT_NEEDED, &at)) != NULL) {
        if (image_is_libcurl(name)) {
            return true;
        }
    }

    at = 0;
    while ((name = image_next(image, &dynamic, DT_NEEDED, &at)) != NULL) {
        char path[PATH_MAX];

        if (!is_loaded(search, name)
            && find_needed(search, image, &dynamic, owner, name, path)
            && comes_with(search, path)) {
            return true;
        }
    }

    return false;
}

static bool
comes_with(search_t *search, const char *path)
{
    image_t image;
    bool needed = false;

    if (search->depth >= MAX_DEPTH || search->files >= MAX_FILES
        || !image_load(path, &image)) {
        return false;
    }

    search->depth++;
    search->files++;
    if (image_is_elf(&image)) {
        needed = is_needed(search, &image, path);
    }
    search->depth--;
    image_unload(&image);

    return needed;
}

bool
search_libcurl(const char *path, void *program, dlopen_t *load)
{
    search_t search = { .program = program, .load = load };

    return comes_with(&search, path);
}
