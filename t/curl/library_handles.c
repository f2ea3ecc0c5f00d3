/*
 * library_handles.c: setopt after setopt, reset, duphandle, and use again.
 */

#include "library.h"

#include <string.h>

/* --- setopt, reset, duphandle, cleanup ---------------------------------- */

static void
run_setopt(void)
{
    CURL *h = new_handle(ELSEWHERE);
    struct curl_slist *list = curl_slist_append(NULL, "X-Own: 1");

    SET(h, HTTPHEADER, list);
    SET(h, POSTFIELDS, BAD);
    SET(h, HTTPGET, 1L);
    visit(h, API "/v1/clients");

    SET(h, POSTFIELDS, "a=b");
    SET(h, POSTFIELDS, BAD);
    SET(h, CUSTOMREQUEST, "PUT");
    SET(h, CUSTOMREQUEST, NULL);
    SET(h, HTTPHEADER, NULL);
    visit(h, TOKEN);

    SET(h, POST, 0L);
    SET(h, NOBODY, 1L);
    visit(h, API "/acme/v1/head");
    SET(h, NOBODY, 0L);
    visit(h, API "/acme/v1/get");

    curl_easy_cleanup(h);
    curl_slist_free_all(list);
}

static void
run_reset(void)
{
    CURL *h = new_handle(TOKEN);

    SET(h, POSTFIELDS, BAD);
    SET(h, USERPWD, "a:b");
    perform(h);

    curl_easy_reset(h);
    prepare(h);
    visit(h, ELSEWHERE "/after");
    visit(h, API "/v1/me");

    curl_easy_cleanup(h);
}

/* The copy of a handle whose options were edited has the program's own. */
static void
run_duphandle(void)
{
    CURL *h = new_handle(API "/v1/clients"), *fresh, *used;

    fresh = curl_easy_duphandle(h);
    perform(h);
    used = curl_easy_duphandle(h);
    curl_easy_cleanup(h);

    perform(fresh);
    visit(used, ELSEWHERE "/copy");
    visit(used, API "/v1/clients");
    visit(used, ELSEWHERE "/again");

    curl_easy_cleanup(fresh);
    curl_easy_cleanup(used);
}

static void
run_duphandle_body(void)
{
    CURL *h = new_handle(TOKEN), *copy;

    SET(h, COPYPOSTFIELDS, "grant_type=old&redirect_uri=x");
    SET(h, POSTFIELDS, BAD);
    copy = curl_easy_duphandle(h);
    perform(h);
    curl_easy_cleanup(h);
    perform(copy);

    curl_easy_cleanup(copy);
}

static void
run_reuse(void)
{
    CURL *h = new_handle(API "/v1/clients");
    struct curl_slist *list = curl_slist_append(NULL, "Accept: text/html");

    list = curl_slist_append(list, "X-Own: 1");
    SET(h, HTTPHEADER, list);
    perform(h);
    visit(h, ELSEWHERE "/one");
    visit(h, API "/v1/clients");

    SET(h, POSTFIELDS, BAD);
    SET(h, CUSTOMREQUEST, "PUT");
    SET(h, USERPWD, "a:b");
    visit(h, TOKEN);
    visit(h, ELSEWHERE "/two");
    visit(h, TOKEN);

    SET(h, HTTPGET, 1L);
    SET(h, CUSTOMREQUEST, NULL);
    SET(h, USERPWD, NULL);
    SET(h, HTTPHEADER, NULL);
    visit(h, ELSEWHERE "/three");

    curl_easy_cleanup(h);
    curl_slist_free_all(list);
}

/* A second transfer of a handle that nobody set an option of. */
static void
run_again(void)
{
    CURL *h = new_handle(API "/v1/clients");

    perform(h);
    perform(h);
    curl_easy_cleanup(h);
}

/* What a program may change without telling libcurl. */
static void
run_in_place(void)
{
    char body[] = "client_id=a&client_secret=b&grant_type=client-credentials";
    CURL *h = new_handle(TOKEN);
    struct curl_slist *list = curl_slist_append(NULL, "X-One: 1");

    SET(h, HTTPHEADER, list);
    SET(h, POSTFIELDS, body);
    perform(h);
    body[strlen("client_id=")] = 'z';
    curl_slist_append(list, "X-Two: 2");
    perform(h);

    curl_easy_cleanup(h);
    curl_slist_free_all(list);
}

static void
run_user(void)
{
    CURL *h = new_handle(TOKEN);

    SET(h, POSTFIELDS, "grant_type=client_credentials");
    SET(h, USERPWD, "old:older");
    SET(h, USERNAME, "new");
    SET(h, PASSWORD, "newer");
    perform(h);

    SET(h, USERPWD, "third:thirdly");
    perform(h);

    SET(h, USERPWD, NULL);
    perform(h);

    curl_easy_cleanup(h);
}

const program_t handle_programs[] = {
    { "setopt", run_setopt },
    { "reset", run_reset },
    { "duphandle", run_duphandle },
    { "duphandle-body", run_duphandle_body },
    { "reuse", run_reuse },
    { "again", run_again },
    { "in-place", run_in_place },
    { "user", run_user },
    { NULL, NULL },
};
