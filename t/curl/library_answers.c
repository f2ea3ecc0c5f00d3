/*
 * library_answers.c: what programs get of answers, call by call. All of it is
 * printed, so that it can be compared with what they get without the library.
 */

#include "library.h"

#include <string.h>

#define REFUSED API "/acme/v1/refused"

static void
show(const char *what, const void *user, const char *data, size_t n)
{
    unsigned sum = 0;

    for (size_t i = 0; i < n; i++) {
        sum = sum * 31 + (unsigned char) data[i];
    }
    printf("%s %s %zu %u\n", what, (const char *) user, n, sum);
}

static size_t
on_write(char *data, size_t size, size_t count, void *user)
{
    show("write", user, data, size * count);

    return size * count;
}

static size_t
on_header(char *data, size_t size, size_t count, void *user)
{
    show("header", user, data, size * count);

    return size * count;
}

static CURL *
refused(const char *path)
{
    CURL *handle = curl_easy_init();

    prepare(handle);
    SET(handle, URL, path);
    SET(handle, WRITEFUNCTION, on_write);
    SET(handle, WRITEDATA, "one");

    return handle;
}

static void
run_callbacks(void)
{
    CURL *handle = refused(REFUSED);

    perform(handle);
    SET(handle, HEADERDATA, "two");
    perform(handle);
    SET(handle, HEADERFUNCTION, on_header);
    perform(handle);
    SET(handle, HEADER, 1L);
    perform(handle);
    visit(handle, ELSEWHERE "/refused");
    visit(handle, REFUSED);
    curl_easy_cleanup(handle);
}

/* Without functions libcurl writes to files. */
static void
run_files(void)
{
    CURL *handle = refused(REFUSED);
    FILE *body = tmpfile(), *head = tmpfile();

    SET(handle, WRITEFUNCTION, NULL);
    SET(handle, WRITEDATA, body);
    SET(handle, HEADERDATA, head);
    perform(handle);
    printf("%ld %ld\n", ftell(body), ftell(head));
    SET(handle, WRITEDATA, stdout);
    SET(handle, HEADERDATA, NULL);
    perform(handle);
    curl_easy_cleanup(handle);
    fclose(body);
    fclose(head);
}

/* How the bytes are cut is the network's. */
static struct {
    int calls;
    size_t len;
    char first[4]; /* of the call that was paused */
    int again;     /* they came again */
} paused;

static size_t
pausing(char *data, size_t size, size_t count, void *user)
{
    size_t len = size * count;

    (void) user;

    if (paused.calls++ == 0) {
        memcpy(paused.first, data, sizeof(paused.first));
        return CURL_WRITEFUNC_PAUSE;
    }
    if (paused.calls == 2) {
        paused.again = memcmp(paused.first, data, sizeof(paused.first)) == 0;
    }
    paused.len += len;
    memset(data, 'x', len);

    return len;
}

static int
go_on(void *handle, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    (void) a;
    (void) b;
    (void) c;
    (void) d;
    curl_easy_pause(handle, CURLPAUSE_CONT);

    return 0;
}

static void
run_pause(void)
{
    CURL *handle = refused(API "/acme/v1/large");

    SET(handle, WRITEFUNCTION, pausing);
    SET(handle, XFERINFOFUNCTION, go_on);
    SET(handle, XFERINFODATA, handle);
    SET(handle, NOPROGRESS, 0L);
    perform(handle);
    printf("%zu %d\n", paused.len, paused.again);
    curl_easy_cleanup(handle);
}

static size_t
short_write(char *data, size_t size, size_t count, void *user)
{
    show("short", user, data, size * count);

    return size * count - 1;
}

static void
run_short_write(void)
{
    CURL *handle = refused(REFUSED);

    SET(handle, WRITEFUNCTION, short_write);
    perform(handle);
    SET(handle, HEADERFUNCTION, short_write);
    SET(handle, HEADERDATA, "head");
    perform(handle);
    curl_easy_cleanup(handle);
}

/* Options of a transfer that is under way. */
static size_t
changing(char *data, size_t size, size_t count, void *user)
{
    show("changing", "head", data, size * count);
    SET(user, WRITEDATA, "changed");

    return size * count;
}

static void
run_changing(void)
{
    CURL *handle = refused(REFUSED);

    SET(handle, HEADERFUNCTION, changing);
    SET(handle, HEADERDATA, handle);
    perform(handle);
    SET(handle, HEADERFUNCTION, NULL);
    SET(handle, HEADERDATA, NULL);
    perform(handle);
    curl_easy_cleanup(handle);
}

static void
run_copies(void)
{
    CURL *handle = refused(REFUSED), *copy;

    perform(handle);
    copy = curl_easy_duphandle(handle);
    SET(copy, WRITEDATA, "copy");
    perform(copy);
    perform(handle);
    curl_easy_reset(handle);
    curl_easy_cleanup(copy);
    prepare(handle);
    visit(handle, REFUSED);
    curl_easy_cleanup(handle);
}

static void
end_badly(int how)
{
    CURLM *multi = curl_multi_init();
    CURL *handle = refused(REFUSED);
    int running = 1;

    curl_multi_add_handle(multi, handle);
    while (curl_multi_perform(multi, &running) == CURLM_OK && running) {
        curl_multi_poll(multi, NULL, 0, 1000, NULL);
    }

    if (how == 0) {
        curl_multi_remove_handle(multi, handle);
        curl_multi_add_handle(multi, handle);
    }
    if (how == 1) {
        curl_multi_cleanup(multi);
    }
    curl_easy_cleanup(handle);
    if (how != 1) {
        curl_multi_cleanup(multi);
    }
}

static void
run_ends(void)
{
    for (int how = 0; how < 3; how++) {
        end_badly(how);
    }
}

const program_t answer_programs[] = {
    { "callbacks", run_callbacks }, { "files", run_files },
    { "pause", run_pause },         { "short-write", run_short_write },
    { "changing", run_changing },   { "copies", run_copies },
    { "ends", run_ends },           { NULL, NULL },
};
