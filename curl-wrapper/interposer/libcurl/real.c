#include "interposer/libcurl/real.h"

#include <dlfcn.h>
#include <link.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

#include "shared/image.h"
#include "interposer/libcurl/loaded.h"
#include "interposer/libcurl/lock.h"
#include "shared/say.h"

real_t real;

static const struct {
    const char *name;
    size_t offset;
} functions[] = {
#define ENTRY(name) { #name, offsetof(real_t, name) },
    HOOKED(ENTRY) CALLED(ENTRY)
#undef ENTRY
};

/* --- which libcurl -------------------------------------------------------- */

static struct link_map *
object_of(const void *address)
{
    struct link_map *map = NULL;
    Dl_info info;

    return dladdr1(address, &info, (void **) &map, RTLD_DL_LINKMAP) != 0 ? map
                                                                         : NULL;
}

/* The object behind a handle, which it is itself in glibc; it stays loaded
   from now on, since what we know of it does. */
static struct link_map *
pin(const char *name)
{
    return name != NULL ? dlopen(name, RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE)
                        : NULL;
}

/* The name of the first libcurl that an object needs, or NULL. */
static const char *
needed_by(const struct link_map *object)
{
    loaded_t program = { .base = object->l_addr };
    const ElfW(Dyn) *entry = object->l_ld;

    for (; entry->d_tag != DT_NULL; entry++) {
        loaded_read_entry(&program, entry);
    }

    for (entry = object->l_ld; entry->d_tag != DT_NULL; entry++) {
        const char *name = program.names + entry->d_un.d_val;

        if (entry->d_tag == DT_NEEDED && image_is_libcurl(name)) {
            return name;
        }
    }

    return NULL;
}

/* The one that the calls of an object are meant for; NULL: it needs none, and
   takes what is there. */
static struct link_map *
libcurl_of(const void *caller)
{
    struct link_map *object = caller != NULL ? object_of(caller) : NULL;

    if (object == NULL) {
        return NULL;
    }

    return image_is_libcurl(object->l_name) ? pin(object->l_name)
                                            : pin(needed_by(object));
}

/* The one that is found behind us in the order of loading. */
static struct link_map *
libcurl_behind(void)
{
    void *symbol = dlsym(RTLD_NEXT, "curl_version");

    return symbol != NULL ? object_of(symbol) : NULL;
}

static int
note_libcurl(struct dl_phdr_info *info, size_t size, void *data)
{
    const char **path = data;

    (void) size;

    if (!image_is_libcurl(info->dlpi_name)) {
        return 0;
    }
    *path = info->dlpi_name;

    return 1;
}

/* That of a plug-in has a place of its own, which that order does not know. */
static struct link_map *
any_libcurl(void)
{
    struct link_map *behind = libcurl_behind();
    const char *path = NULL;

    if (behind != NULL) {
        return behind;
    }
    dl_iterate_phdr(note_libcurl, &path);

    return pin(path);
}

/* --- their functions ------------------------------------------------------ */

#define MAX_OTHERS 4

typedef struct {
    const struct link_map *object;
    real_t functions;
} libcurl_t;

static libcurl_t others[MAX_OTHERS];
static atomic_uint other_count;
static _Atomic(struct link_map *) ours; /* whose functions real has */

/* Fills a table; false: functions are missing. What is preloaded behind us may
   stand before libcurl, too. */
static bool
look_up(struct link_map *libcurl, real_t *found)
{
    void *in = libcurl == libcurl_behind() ? RTLD_NEXT : libcurl;
    bool whole = true;

    for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
        void *symbol = dlsym(in, functions[i].name);

        whole = whole && symbol != NULL;
        memcpy((char *) found + functions[i].offset, &symbol, sizeof(symbol));
    }

    return whole;
}

const char *
real_load(const void *caller)
{
    struct link_map *libcurl;
    real_t found;

    if (atomic_load_explicit(&ours, memory_order_acquire) != NULL) {
        return NULL;
    }

    /* the loader has locks of its own, and is asked without ours */
    libcurl = libcurl_of(caller);
    if (libcurl == NULL) {
        libcurl = any_libcurl();
    }
    if (libcurl == NULL) {
        return "no libcurl is loaded";
    }
    if (!look_up(libcurl, &found)) {
        return "this libcurl is older than 7.80, or lacks functions that "
               "the rules need";
    }
    (void) pin(libcurl->l_name);

    lock_take(LOCK_LIBCURLS);
    if (atomic_load_explicit(&ours, memory_order_relaxed) == NULL) {
        real = found;
        atomic_store_explicit(&ours, libcurl, memory_order_release);
    }
    lock_release(LOCK_LIBCURLS);

    return NULL;
}

static const real_t *
find_other(const struct link_map *libcurl)
{
    unsigned count = atomic_load_explicit(&other_count, memory_order_acquire);

    for (unsigned i = 0; i < count; i++) {
        if (others[i].object == libcurl) {
            return &others[i].functions;
        }
    }

    return NULL;
}

static const real_t *
add_other(struct link_map *libcurl)
{
    const real_t *known;
    real_t found;
    unsigned count;

    (void) look_up(libcurl, &found);

    lock_take(LOCK_LIBCURLS);
    known = find_other(libcurl);
    count = atomic_load_explicit(&other_count, memory_order_relaxed);
    if (known == NULL && count < MAX_OTHERS) {
        others[count] = (libcurl_t){ libcurl, found };
        known = &others[count].functions;
        atomic_store_explicit(&other_count, count + 1, memory_order_release);
    }
    lock_release(LOCK_LIBCURLS);
    report_unseen(libcurl->l_name, "beside another libcurl");

    return known;
}

bool
real_has_other(void)
{
    return atomic_load_explicit(&other_count, memory_order_acquire) > 0;
}

const real_t *
real_other(const void *caller)
{
    struct link_map *libcurl = libcurl_of(caller);
    const real_t *known;

    if (libcurl == NULL
        || libcurl == atomic_load_explicit(&ours, memory_order_acquire)) {
        return NULL;
    }
    known = find_other(libcurl);

    return known != NULL ? known : add_other(libcurl);
}
