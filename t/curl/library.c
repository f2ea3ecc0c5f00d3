/*
 * library.c: programs that use libcurl in the ways that curl does not. The
 * first argument names one, the second is the port that every name leads to.
 * They print what libcurl returned, a line each; library.t looks at the rest.
 */

#include "library.h"

#include <string.h>

static struct curl_slist *connect_to;

static size_t
discard(char *data, size_t size, size_t count, void *unused)
{
    (void) data;
    (void) unused;

    return size * count;
}

void
prepare(CURL *handle)
{
    SET(handle, CONNECT_TO, connect_to);
    SET(handle, WRITEFUNCTION, discard);
}

CURL *
new_handle(const char *url)
{
    CURL *handle = curl_easy_init();

    prepare(handle);
    SET(handle, URL, url);

    return handle;
}

void
perform(CURL *handle)
{
    printf("%d\n", (int) curl_easy_perform(handle));
}

void
visit(CURL *handle, const char *url)
{
    SET(handle, URL, url);
    perform(handle);
}

int
main(int argc, char **argv)
{
    const program_t *lists[] = { handle_programs, body_programs,
                                 multi_programs,  lifetime_programs,
                                 answer_programs, sending_programs };
    const size_t count = sizeof(lists) / sizeof(lists[0]);
    char to[64];

    snprintf(to, sizeof(to), "::127.0.0.1:%s", argc > 2 ? argv[2] : "1");
    connect_to = curl_slist_append(NULL, to);
    curl_global_init(CURL_GLOBAL_ALL);

    for (size_t i = 0; argc > 1 && i < count; i++) {
        for (const program_t *p = lists[i]; p->name != NULL; p++) {
            if (strcmp(argv[1], p->name) == 0) {
                p->run();
            }
        }
    }

    curl_slist_free_all(connect_to);
    curl_global_cleanup();

    return 0;
}
