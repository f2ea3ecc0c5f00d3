/*
 * library.c: programs that use libcurl in the ways that curl does not. The
 * first argument names one, the second is the port that every name leads to.
 * They print what libcurl returned, a line each; library.t looks at the rest.
 */

#include <curl/curl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* what is deprecated is still to work */
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

#define API "http://api.scopestack.test"
#define TOKEN "http://app.scopestack.test/oauth/token"
#define ELSEWHERE "http://elsewhere.test"
#define GOOD "grant_type=client_credentials&client_id=a&client_secret=b"
#define BAD GOOD "&redirect_uri=x"

#define SET(handle, option, value)                                             \
    (curl_easy_setopt(handle, CURLOPT_##option, value) == CURLE_OK             \
         ? (void) 0                                                            \
         : (void) printf("setopt %s fails\n", #option))

static struct curl_slist *connect_to;

static size_t
discard(char *data, size_t size, size_t count, void *unused)
{
    (void) data;
    (void) unused;

    return size * count;
}

static CURL *
new_handle(const char *url)
{
    CURL *handle = curl_easy_init();

    SET(handle, CONNECT_TO, connect_to);
    SET(handle, WRITEFUNCTION, discard);
    SET(handle, URL, url);

    return handle;
}

static void
perform(CURL *handle)
{
    printf("%d\n", (int) curl_easy_perform(handle));
}

/* Sends a handle to another place and performs. */
static void
visit(CURL *handle, const char *url)
{
    SET(handle, URL, url);
    perform(handle);
}

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
    SET(h, CONNECT_TO, connect_to);
    SET(h, WRITEFUNCTION, discard);
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

static curl_mime *
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

/* --- many at once ------------------------------------------------------- */

static void
drive(CURLM *multi)
{
    int running = 1, queued;
    CURLMsg *message;

    while (running && curl_multi_perform(multi, &running) == CURLM_OK) {
        curl_multi_poll(multi, NULL, 0, 1000, NULL);
    }

    while ((message = curl_multi_info_read(multi, &queued)) != NULL) {
        printf("%d\n", (int) message->data.result);
    }
}

static void
run_multi(void)
{
    CURLM *multi = curl_multi_init();
    CURL *one = new_handle(API "/v1/clients");
    CURL *two = new_handle(TOKEN);
    CURL *three = new_handle(ELSEWHERE "/multi");

    SET(two, POSTFIELDS, BAD);
    curl_multi_add_handle(multi, one);
    curl_multi_add_handle(multi, two);
    curl_multi_add_handle(multi, three);
    drive(multi);

    curl_multi_remove_handle(multi, one);
    SET(one, URL, ELSEWHERE "/later");
    curl_multi_add_handle(multi, one);
    curl_multi_remove_handle(multi, three);
    SET(three, URL, API "/v1/me");
    curl_multi_add_handle(multi, three);
    drive(multi);

    curl_multi_remove_handle(multi, one);
    curl_multi_remove_handle(multi, two);
    curl_multi_remove_handle(multi, three);
    curl_easy_cleanup(one);
    curl_easy_cleanup(two);
    curl_easy_cleanup(three);
    curl_multi_cleanup(multi);
}

static pthread_mutex_t share_locks[CURL_LOCK_DATA_LAST];

static void
lock_share(CURL *handle, curl_lock_data data, curl_lock_access access,
           void *unused)
{
    (void) handle;
    (void) access;
    (void) unused;
    pthread_mutex_lock(&share_locks[data]);
}

static void
unlock_share(CURL *handle, curl_lock_data data, void *unused)
{
    (void) handle;
    (void) unused;
    pthread_mutex_unlock(&share_locks[data]);
}

static CURLSH *
new_share(void)
{
    CURLSH *share = curl_share_init();

    for (int i = 0; i < CURL_LOCK_DATA_LAST; i++) {
        pthread_mutex_init(&share_locks[i], NULL);
    }
    curl_share_setopt(share, CURLSHOPT_LOCKFUNC, lock_share);
    curl_share_setopt(share, CURLSHOPT_UNLOCKFUNC, unlock_share);
    curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_COOKIE);
    curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_DNS);

    return share;
}

static void
run_share(void)
{
    CURLSH *share = new_share();
    CURL *one = new_handle(API "/v1/cookie"), *two = new_handle(API "/v1/me");

    SET(one, SHARE, share);
    SET(two, SHARE, share);
    SET(one, COOKIEFILE, "");
    SET(two, COOKIEFILE, "");
    perform(one);
    perform(two);
    curl_easy_cleanup(one);
    curl_easy_cleanup(two);
    printf("share %d\n", (int) curl_share_cleanup(share));
}

static void *
run_thread(void *share)
{
    for (int i = 0; i < 20; i++) {
        CURL *h = new_handle(TOKEN);
        curl_mime *mime = NULL;

        SET(h, SHARE, share);
        SET(h, NOSIGNAL, 1L);
        if (i % 2) {
            SET(h, POSTFIELDS, BAD);
        } else {
            mime = token_mime(h);
            SET(h, MIMEPOST, mime);
        }
        if (curl_easy_perform(h) != CURLE_OK) {
            printf("a thread fails\n");
        }
        if (i % 3 == 0) {
            SET(h, HTTPGET, 1L);
            SET(h, URL, ELSEWHERE "/thread");
            curl_easy_perform(h);
        }
        curl_easy_cleanup(h);
        curl_mime_free(mime);
    }

    return NULL;
}

static void
run_threads(void)
{
    pthread_t threads[6];
    CURLSH *share = new_share();

    for (size_t i = 0; i < 6; i++) {
        pthread_create(&threads[i], NULL, run_thread, share);
    }
    for (size_t i = 0; i < 6; i++) {
        pthread_join(threads[i], NULL);
    }
    curl_share_cleanup(share);
}

static void
run_many(void)
{
    CURL *handles[300];

    for (size_t i = 0; i < 300; i++) {
        handles[i] = new_handle(API "/v1/me");
        SET(handles[i], COPYPOSTFIELDS, "a=b");
        SET(handles[i], USERPWD, "a:b");
    }
    for (size_t i = 0; i < 300; i++) {
        curl_easy_cleanup(handles[(i * 7) % 300]);
    }
    curl_easy_cleanup(NULL);
    curl_easy_cleanup(curl_easy_init());
}

/* --- callbacks and errors ----------------------------------------------- */

static int
prereq(void *count, char *remote, char *local, int remote_port, int local_port)
{
    (void) remote;
    (void) local;
    (void) remote_port;
    (void) local_port;
    ++*(int *) count;

    return CURL_PREREQFUNC_OK;
}

static void
run_prereq(void)
{
    CURL *h = new_handle(API "/acme/v1/away");
    int first = 0, second = 0;

    SET(h, PREREQFUNCTION, prereq);
    SET(h, PREREQDATA, &first);
    SET(h, FOLLOWLOCATION, 1L);
    perform(h);
    SET(h, PREREQDATA, &second);
    visit(h, ELSEWHERE "/prereq");
    visit(h, API "/v1/me");
    printf("first %d second %d\n", first, second);
    curl_easy_cleanup(h);
}

/* The rules file rejects a missing slug. */
static void
run_reject(void)
{
    CURL *h = new_handle(API "/v1/clients"), *other;
    CURLM *multi = curl_multi_init();
    char error[CURL_ERROR_SIZE] = "";

    SET(h, ERRORBUFFER, error);
    perform(h);
    printf("%s\n", error);
    perform(h);
    visit(h, API "/acme/v1/clients");

    SET(h, URL, API "/v1/clients");
    other = new_handle(ELSEWHERE "/beside");
    curl_multi_add_handle(multi, h);
    curl_multi_add_handle(multi, other);
    drive(multi);
    curl_multi_remove_handle(multi, h);
    curl_multi_remove_handle(multi, other);

    visit(h, ELSEWHERE "/after");
    curl_multi_cleanup(multi);
    curl_easy_cleanup(h);
    curl_easy_cleanup(other);
}

static void
run_plain(void)
{
    CURL *h = new_handle(API "/v1/clients");
    CURLM *multi = curl_multi_init();

    perform(h);
    visit(h, ELSEWHERE "/plain");
    printf("%d\n", (int) curl_multi_add_handle(multi, h));
    curl_multi_remove_handle(multi, h);
    curl_multi_cleanup(multi);
    curl_easy_cleanup(h);
    printf("%d\n", (int) curl_easy_perform(NULL));
}

/* ------------------------------------------------------------------------ */

static const struct {
    const char *name;
    void (*run)(void);
} programs[] = {
    { "setopt", run_setopt },
    { "reset", run_reset },
    { "duphandle", run_duphandle },
    { "duphandle-body", run_duphandle_body },
    { "reuse", run_reuse },
    { "again", run_again },
    { "in-place", run_in_place },
    { "user", run_user },
    { "copy", run_copy },
    { "size-after-copy", run_size_after_copy },
    { "callback", run_callback },
    { "mime", run_mime },
    { "mime-duphandle", run_mime_duphandle },
    { "formadd", run_formadd },
    { "curlu", run_curlu },
    { "port", run_port },
    { "multi", run_multi },
    { "share", run_share },
    { "threads", run_threads },
    { "many", run_many },
    { "prereq", run_prereq },
    { "reject", run_reject },
    { "plain", run_plain },
};

int
main(int argc, char **argv)
{
    char to[64];

    snprintf(to, sizeof(to), "::127.0.0.1:%s", argc > 2 ? argv[2] : "1");
    connect_to = curl_slist_append(NULL, to);
    curl_global_init(CURL_GLOBAL_ALL);

    for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
        if (argc > 1 && strcmp(argv[1], programs[i].name) == 0) {
            programs[i].run();
        }
    }

    curl_slist_free_all(connect_to);
    curl_global_cleanup();

    return 0;
}
