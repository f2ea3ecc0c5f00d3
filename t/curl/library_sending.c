/*
 * library_sending.c: options that switch each other, what a duplicate has of a
 * body, and what a callback may do to its own handle.
 */

#include "library.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* --- bodies and their copies ---------------------------------------------- */

/* Memory that was given back is somebody else's. */
static void
spoil(void)
{
    void *blocks[64];

    for (size_t i = 0; i < 64; i++) {
        blocks[i] = malloc(16 + i * 8);
        memset(blocks[i], 'J', 16 + i * 8);
    }
    for (size_t i = 0; i < 64; i++) {
        free(blocks[i]);
    }
}

/* A template whose copied body is repaired, and that goes before its copy. */
static void
run_copied_template(void)
{
    CURL *h = new_handle(TOKEN), *copy;

    SET(h, POSTFIELDSIZE, (long) strlen(BAD));
    SET(h, COPYPOSTFIELDS, BAD);
    perform(h);
    copy = curl_easy_duphandle(h);
    curl_easy_cleanup(h);
    spoil();

    visit(copy, ELSEWHERE "/copy");
    visit(copy, TOKEN);
    curl_easy_cleanup(copy);
}

static size_t
read_stream(char *buffer, size_t size, size_t count, void *left)
{
    size_t n = size * count;

    n = n < (size_t) * (long *) left ? n : (size_t) * (long *) left;
    memset(buffer, 'R', n);
    *(long *) left -= (long) n;

    return n;
}

/* libcurl keeps a copy while its size falls, and drops it when that grows. */
static void
run_copied_sizes(void)
{
    CURL *h = new_handle(TOKEN);
    long left = 600;

    SET(h, READFUNCTION, read_stream);
    SET(h, READDATA, &left);
    SET(h, POSTFIELDSIZE, (long) strlen(BAD));
    SET(h, COPYPOSTFIELDS, BAD);
    perform(h);
    SET(h, POSTFIELDSIZE, 5L);
    visit(h, ELSEWHERE "/five");
    SET(h, POSTFIELDSIZE, 600L);
    visit(h, ELSEWHERE "/read");

    curl_easy_cleanup(h);
}

/* --- switches ------------------------------------------------------------- */

static void
run_head_then_form(void)
{
    CURL *h = new_handle(ELSEWHERE "/head");
    curl_mime *mime = token_mime(h);
    struct curl_httppost *first = NULL, *last = NULL;

    SET(h, NOBODY, 1L);
    perform(h);
    SET(h, MIMEPOST, mime);
    visit(h, TOKEN);
    visit(h, ELSEWHERE "/mime");

    SET(h, NOBODY, 1L);
    curl_formadd(&first, &last, CURLFORM_COPYNAME, "grant_type",
                 CURLFORM_COPYCONTENTS, "password", CURLFORM_END);
    SET(h, HTTPPOST, first);
    visit(h, TOKEN);
    visit(h, ELSEWHERE "/form");

    curl_easy_cleanup(h);
    curl_mime_free(mime);
    curl_formfree(first);
}

/* GET becomes POST on the token endpoint, and is GET again elsewhere, with what
   was set before it behind it. */
static void
run_get_between(void)
{
    CURL *h = new_handle(TOKEN);

    SET(h, COPYPOSTFIELDS, "left=over");
    SET(h, HTTPGET, 1L);
    perform(h);
    visit(h, ELSEWHERE "/get");
    SET(h, POST, 1L);
    visit(h, ELSEWHERE "/post");

    SET(h, NOBODY, 1L);
    SET(h, POSTFIELDS, GOOD);
    visit(h, ELSEWHERE "/head-with-body");

    curl_easy_cleanup(h);
}

/* What libcurl refuses may have an effect all the same. */
static void
run_refused_options(void)
{
    CURL *h = new_handle(TOKEN), *beside = new_handle(ELSEWHERE);
    curl_mime *mine = token_mime(h), *others = token_mime(beside);
    char *large = malloc(8000002);

    memset(large, 'a', 8000001);
    large[8000001] = '\0';

    SET(h, MIMEPOST, mine);
    SET(beside, MIMEPOST, others);
    printf("%d\n", curl_easy_setopt(h, CURLOPT_MIMEPOST, others) != CURLE_OK);
    perform(h);
    visit(h, ELSEWHERE "/form");

    SET(h, POSTFIELDS, BAD);
    printf("%d\n", curl_easy_setopt(h, CURLOPT_POSTFIELDSIZE, -2L) != 0);
    visit(h, TOKEN);
    printf("%d\n", curl_easy_setopt(h, CURLOPT_CUSTOMREQUEST, large) != 0);
    printf("%d\n", curl_easy_setopt(h, CURLOPT_USERNAME, large) != 0);
    visit(h, ELSEWHERE "/after");
    printf("%d\n", curl_easy_setopt(h, CURLOPT_URL, large) != 0);
    curl_easy_perform(h);

    curl_easy_cleanup(h);
    curl_easy_cleanup(beside);
    curl_mime_free(mine);
    curl_mime_free(others);
    free(large);
}

/* Larger than what rules look at: it is not copied, and leaves as it is. */
static void
run_large_bodies(void)
{
    CURL *h = new_handle(TOKEN);
    size_t size = 3 << 20;
    char *text = malloc(size + 1);
    curl_mime *mime = token_mime(h);
    curl_mimepart *part = curl_mime_addpart(mime);

    memset(text, 'x', size);
    text[size] = '\0';
    memcpy(text, BAD "&pad=", strlen(BAD "&pad="));

    SET(h, POSTFIELDS, text);
    perform(h);
    SET(h, COPYPOSTFIELDS, text);
    perform(h);
    visit(h, ELSEWHERE "/large");
    curl_mime_name(part, "pad");
    curl_mime_data(part, text, size);
    SET(h, MIMEPOST, mime);
    visit(h, TOKEN);

    curl_easy_cleanup(h);
    curl_mime_free(mime);
    free(text);
}

/* --- callbacks ------------------------------------------------------------ */

typedef struct {
    CURL *handle;
    void (*act)(CURL *handle);
    bool in_header;
    bool in_progress;
    int calls;
} inside_t;

static size_t
act_once(inside_t *inside, size_t size)
{
    if (inside != NULL && inside->calls++ == 0) {
        inside->act(inside->handle);
    }

    return size;
}

static size_t
on_body(char *data, size_t size, size_t count, void *user)
{
    inside_t *inside = user;

    (void) data;

    return inside->in_header || inside->in_progress
               ? size * count
               : act_once(inside, size * count);
}

static size_t
on_header(char *data, size_t size, size_t count, void *user)
{
    inside_t *inside = user;

    (void) data;

    return inside != NULL && inside->in_header && size * count == 2
               ? act_once(inside, size * count)
               : size * count;
}

static int
on_progress(void *user, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    inside_t *inside = user;

    (void) a;
    (void) c;
    (void) d;
    if (b > 0 && inside->in_progress) {
        act_once(inside, 0);
    }

    return 0;
}

static void
run_acting(void (*act)(CURL *handle))
{
    static const char document[] = "{\"data\":{\"type\":\"clients\"}}";

    for (int i = 0; i < 3; i++) {
        CURL *h = new_handle(API "/v1/large");
        inside_t inside = { h, act, i == 1, i == 2, 0 };

        SET(h, WRITEFUNCTION, on_body);
        SET(h, WRITEDATA, &inside);
        SET(h, HEADERFUNCTION, on_header);
        SET(h, HEADERDATA, &inside);
        SET(h, XFERINFOFUNCTION, on_progress);
        SET(h, XFERINFODATA, &inside);
        SET(h, NOPROGRESS, 0L);
        SET(h, POSTFIELDSIZE, (long) strlen(document));
        SET(h, COPYPOSTFIELDS, document);
        curl_easy_perform(h);
        printf("%d\n", inside.calls > 0);

        prepare(h);
        SET(h, NOPROGRESS, 1L);
        SET(h, HEADERDATA, NULL);
        SET(h, HEADERFUNCTION, NULL);
        SET(h, HTTPGET, 1L);
        visit(h, ELSEWHERE "/after");
        curl_easy_cleanup(h);
    }
}

static void
act_reset(CURL *handle)
{
    curl_easy_reset(handle);
    prepare(handle);
}

static void
act_set(CURL *handle)
{
    SET(handle, HTTPHEADER, NULL);
    SET(handle, POSTFIELDS, NULL);
    SET(handle, HTTPGET, 1L);
    SET(handle, URL, ELSEWHERE "/set-inside");
}

static void
act_duplicate(CURL *handle)
{
    CURL *copy;

    SET(handle, POSTFIELDSIZE, 5L);
    copy = curl_easy_duphandle(handle);
    prepare(copy);
    SET(copy, NOPROGRESS, 1L);
    SET(copy, HEADERDATA, NULL);
    SET(copy, HEADERFUNCTION, NULL);
    visit(copy, ELSEWHERE "/copy-inside");
    curl_easy_cleanup(copy);
}

static void
act_pause(CURL *handle)
{
    printf("pause %d\n", (int) curl_easy_pause(handle, CURLPAUSE_CONT));
}

static void
act_perform(CURL *handle)
{
    CURL *beside = new_handle(ELSEWHERE "/beside");

    (void) handle;
    perform(beside);
    curl_easy_cleanup(beside);
}

static void
run_inside(void)
{
    void (*const acts[])(CURL * handle) = { act_reset, act_set, act_duplicate,
                                            act_pause, act_perform };

    for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++) {
        run_acting(acts[i]);
    }
}

static size_t
copy_inside(char *data, size_t size, size_t count, void *user)
{
    CURL *copy = curl_easy_duphandle(*(CURL **) user);

    (void) data;
    prepare(copy);
    visit(copy, ELSEWHERE "/copy-inside");
    curl_easy_cleanup(copy);

    return size * count;
}

/* The copy of a repaired form is the form. */
static void
run_form_copied_inside(void)
{
    CURL *h = new_handle(TOKEN);
    curl_mime *mime = token_mime(h);

    SET(h, WRITEFUNCTION, copy_inside);
    SET(h, WRITEDATA, &h);
    SET(h, MIMEPOST, mime);
    perform(h);
    prepare(h);
    visit(h, ELSEWHERE "/form");

    curl_easy_cleanup(h);
    curl_mime_free(mime);
}

static size_t
free_inside(char *data, size_t size, size_t count, void *user)
{
    (void) data;
    curl_easy_cleanup(*(CURL **) user);

    return size * count;
}

/* libcurl before 8.22 dies of that by itself: it is not to be of us. */
static void
run_freed_inside(void)
{
    CURL *h = new_handle(API "/v1/large");

    SET(h, WRITEFUNCTION, free_inside);
    SET(h, WRITEDATA, &h);
    curl_easy_perform(h);
    printf("alive\n");
}

const program_t sending_programs[] = {
    { "copied-template", run_copied_template },
    { "copied-sizes", run_copied_sizes },
    { "head-then-form", run_head_then_form },
    { "get-between", run_get_between },
    { "refused-options", run_refused_options },
    { "large-bodies", run_large_bodies },
    { "inside", run_inside },
    { "form-copied-inside", run_form_copied_inside },
    { "freed-inside", run_freed_inside },
    { NULL, NULL },
};
