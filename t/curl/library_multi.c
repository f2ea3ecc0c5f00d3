/*
 * library_multi.c: many transfers at once; callbacks and errors.
 */

#include "library.h"

#include <pthread.h>

/* --- many at once ------------------------------------------------------- */

static void
drive(CURLM *multi)
{
    int running = 1, queued;
    CURLMsg *message;

    while (curl_multi_perform(multi, &running) == CURLM_OK && running) {
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
        /* where many are made and freed, a list without a lock breaks */
        for (int k = 0; k < 50; k++) {
            curl_mime_free(token_mime(h));
        }

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

/* libcurl asks CURLU first, whatever URL says. */
static void
run_reject_curlu(void)
{
    CURL *h = new_handle(ELSEWHERE "/never");
    CURLU *url = curl_url();
    CURLM *multi = curl_multi_init();

    curl_url_set(url, CURLUPART_URL, API "/v1/clients", 0);
    SET(h, CURLU, url);
    printf("%d\n", (int) curl_multi_add_handle(multi, h));
    drive(multi);
    curl_multi_remove_handle(multi, h);
    curl_url_set(url, CURLUPART_URL, ELSEWHERE "/after", 0);
    perform(h);

    curl_multi_cleanup(multi);
    curl_easy_cleanup(h);
    curl_url_cleanup(url);
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

static void
drive_once(CURLM *multi)
{
    int running = 1;

    while (running) {
        curl_multi_perform(multi, &running);
        curl_multi_poll(multi, NULL, 0, 20, NULL);
    }
}

/* Options that are set between add and the first look at them. */
static void
run_set_added(void)
{
    CURLM *multi = curl_multi_init();
    CURL *h = new_handle(TOKEN);

    SET(h, POSTFIELDS, GOOD);
    SET(h, USERPWD, "a:b");
    curl_multi_add_handle(multi, h);
    SET(h, URL, ELSEWHERE "/late");
    drive_once(multi);
    curl_multi_remove_handle(multi, h);

    curl_multi_add_handle(multi, h);
    SET(h, HTTPGET, 1L);
    SET(h, USERPWD, NULL);
    SET(h, URL, API "/v1/clients");
    drive_once(multi);
    curl_multi_remove_handle(multi, h);

    curl_multi_cleanup(multi);
    curl_easy_cleanup(h);
}

const program_t multi_programs[] = {
    { "set-added", run_set_added }, { "multi", run_multi },
    { "share", run_share },         { "threads", run_threads },
    { "many", run_many },           { "prereq", run_prereq },
    { "reject", run_reject },       { "reject-curlu", run_reject_curlu },
    { "plain", run_plain },         { NULL, NULL },
};
