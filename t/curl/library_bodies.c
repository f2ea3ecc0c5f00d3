/*
 * library_bodies.c: the ways to a body, and to a URL.
 */

#include "library.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- bodies ------------------------------------------------------------- */

static void
run_copy(void)
{
    CURL *h = new_handle(TOKEN);
    char *text = strdup(BAD "-and-more");

    SET(h, POSTFIELDSIZE, (long) strlen(BAD));
    SET(h, COPYPOSTFIELDS, text);
    memset(text, 'X', strlen(text));
    free(text);
    perform(h);
    visit(h, ELSEWHERE "/copy");

    SET(h, POSTFIELDSIZE_LARGE, (curl_off_t) 13);
    SET(h, COPYPOSTFIELDS, "{\"a\":\0\"b\"}  \n");
    visit(h, API "/acme/v1/nul");

    curl_easy_cleanup(h);
}

/* libcurl drops its copy when the size grows, and so has to be asked. */
static void
run_size_after_copy(void)
{
    CURL *h = new_handle(TOKEN);

    SET(h, COPYPOSTFIELDS, BAD);
    SET(h, POSTFIELDSIZE, 100000L);
    SET(h, TIMEOUT_MS, 300L);
    curl_easy_perform(h);
    printf("alive\n");

    curl_easy_cleanup(h);
}

static size_t
read_body(char *buffer, size_t size, size_t count, void *left)
{
    size_t n = strlen(BAD);

    (void) size;
    (void) count;
    if (!*(int *) left) {
        return 0;
    }
    *(int *) left = 0;
    memcpy(buffer, BAD, n);

    return n;
}

static void
run_callback(void)
{
    CURL *h = new_handle(TOKEN);
    int left = 1;

    SET(h, POST, 1L);
    SET(h, POSTFIELDSIZE, (long) strlen(BAD));
    SET(h, READFUNCTION, read_body);
    SET(h, READDATA, &left);
    perform(h);
    curl_easy_cleanup(h);
}

curl_mime *
token_mime(CURL *h)
{
    curl_mime *mime = curl_mime_init(h);
    curl_mimepart *part = curl_mime_addpart(mime);

    curl_mime_name(part, "grant_type");
    curl_mime_data(part, "nonsense", CURL_ZERO_TERMINATED);
    curl_mime_data(part, "client_credentials+", 18);
    part = curl_mime_addpart(mime);
    curl_mime_data(part, "a", CURL_ZERO_TERMINATED);
    curl_mime_name(part, "client_id");
    part = curl_mime_addpart(mime);
    curl_mime_name(part, "wrong");
    curl_mime_name(part, "client_secret");
    curl_mime_data(part, "b", 1);

    return mime;
}

static void
run_mime(void)
{
    CURL *h = new_handle(TOKEN);
    curl_mime *mime = token_mime(h), *inner;
    curl_mimepart *part;

    SET(h, MIMEPOST, mime);
    perform(h);
    visit(h, ELSEWHERE "/mime");
    visit(h, TOKEN);
    SET(h, MIMEPOST, NULL);
    curl_mime_free(mime);

    mime = token_mime(h);
    inner = curl_mime_init(h);
    part = curl_mime_addpart(inner);
    curl_mime_name(part, "inner");
    curl_mime_data(part, "x", 1);
    part = curl_mime_addpart(mime);
    curl_mime_name(part, "outer");
    curl_mime_subparts(part, inner);
    SET(h, MIMEPOST, mime);
    perform(h);

    curl_easy_cleanup(h);
    curl_mime_free(mime);
}

/* A copy has parts of its own, which outlive the first ones. */
static void
run_mime_duphandle(void)
{
    CURL *h = new_handle(TOKEN), *copy;
    curl_mime *mime = token_mime(h);

    SET(h, MIMEPOST, mime);
    copy = curl_easy_duphandle(h);
    curl_easy_cleanup(h);
    curl_mime_free(mime);
    perform(copy);
    curl_easy_cleanup(copy);
}

static void
run_formadd(void)
{
    CURL *h = new_handle(TOKEN);
    struct curl_httppost *first = NULL, *last = NULL;

    curl_formadd(&first, &last, CURLFORM_COPYNAME, "grant_type",
                 CURLFORM_COPYCONTENTS, "password", CURLFORM_END);
    SET(h, HTTPPOST, first);
    perform(h);
    visit(h, ELSEWHERE "/form");

    curl_easy_cleanup(h);
    curl_formfree(first);
}

/* --- URLs --------------------------------------------------------------- */

static void
run_curlu(void)
{
    CURL *h = new_handle("http://unused.test");
    CURLU *url = curl_url();

    curl_url_set(url, CURLUPART_URL, API "/v1/clients?a=b", 0);
    SET(h, CURLU, url);
    perform(h);

    /* the handle sees what happens to the URL, without a word to it */
    curl_url_set(url, CURLUPART_PATH, "/v1/projects", 0);
    perform(h);

    SET(h, CURLU, NULL);
    visit(h, ELSEWHERE "/plain");
    curl_easy_cleanup(h);
    curl_url_cleanup(url);
}

static void
run_port(void)
{
    CURL *h = new_handle(API "/v1/clients");

    /* another port is another place */
    SET(h, PORT, 81L);
    perform(h);
    curl_easy_cleanup(h);
}

/* The service is at a port that only PORT names. */
static void
run_port_service(void)
{
    CURL *h = new_handle("http://ported.test/v1/clients");

    SET(h, PORT, 8080L);
    perform(h);

    SET(h, POSTFIELDS, GOOD);
    SET(h, USERPWD, "a:b");
    visit(h, "http://ported.test/oauth/token");
    curl_easy_cleanup(h);
}

/* The program writes nothing to stderr, and so has nothing to fear. */
static void
run_broken_pipe(void)
{
    CURL *h = new_handle(API "/v1/clients");
    int ends[2];

    if (pipe(ends) == 0) {
        dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        close(ends[1]);
    }
    perform(h);
    printf("alive\n");
    curl_easy_cleanup(h);
}

static void
run_target(void)
{
    CURL *h = new_handle(API "/any?thing");

    SET(h, REQUEST_TARGET, "/v1/clients?a=b");
    perform(h);
    visit(h, ELSEWHERE "/target");
    SET(h, REQUEST_TARGET, NULL);
    visit(h, API "/v1/clients");
    curl_easy_cleanup(h);
}

/* Releases send "?" without a query, or leave it out. */
static void
run_empty_query(void)
{
    CURL *h = new_handle(API "/v1/clients?");

    perform(h);
    visit(h, ELSEWHERE "/empty?");
    visit(h, API "/v1/clients");
    curl_easy_cleanup(h);
}

const program_t body_programs[] = {
    { "copy", run_copy },
    { "size-after-copy", run_size_after_copy },
    { "callback", run_callback },
    { "mime", run_mime },
    { "mime-duphandle", run_mime_duphandle },
    { "formadd", run_formadd },
    { "curlu", run_curlu },
    { "port", run_port },
    { "port-service", run_port_service },
    { "broken-pipe", run_broken_pipe },
    { "target", run_target },
    { "empty-query", run_empty_query },
    { NULL, NULL },
};
