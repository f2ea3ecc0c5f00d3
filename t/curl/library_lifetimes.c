/*
 * library_lifetimes.c: when handles and forms come and go, and what happens to
 * one while its transfer is under way.
 */

#include "library.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* --- handles ------------------------------------------------------------ */

void late(void);

static CURL *born;
static bool expecting;

/*
 * An address may be another thread's as soon as libcurl has freed the handle,
 * which is before its curl_easy_cleanup() returns. The library late.so, behind
 * the one that is tested, calls this then.
 */
void
late(void)
{
    if (expecting) {
        expecting = false;
        born = new_handle(API "/v1/clients");
    }
}

static void
run_births(void)
{
    CURL *h = new_handle(ELSEWHERE "/before");

    perform(h);
    expecting = true;
    curl_easy_cleanup(h);
    late();
    perform(born);
    curl_easy_cleanup(born);
}

static void *
make_and_free(void *unused)
{
    (void) unused;

    for (int i = 0; i < 2000; i++) {
        CURL *h = curl_easy_init();

        SET(h, URL, API "/v1/me");
        SET(h, USERPWD, "a:b");
        SET(h, COPYPOSTFIELDS, "a=b");
        curl_mime_free(token_mime(h));
        curl_easy_cleanup(h);
    }

    return NULL;
}

static void
run_crowd(void)
{
    pthread_t threads[8];

    for (size_t i = 0; i < 8; i++) {
        pthread_create(&threads[i], NULL, make_and_free, NULL);
    }
    for (size_t i = 0; i < 8; i++) {
        pthread_join(threads[i], NULL);
    }
}

/* libcurl makes handles for DNS over HTTPS, and frees them by itself. Nobody
   answers here; that they come and go is enough. */
static void
run_doh(void)
{
    for (int i = 0; i < 20; i++) {
        CURL *h = curl_easy_init(), *beside[4];

        SET(h, URL, "http://doh.test/");
        SET(h, DOH_URL, "https://127.0.0.1:1/dns-query");
        printf("%d\n", (int) curl_easy_perform(h));

        for (size_t k = 0; k < 4; k++) {
            beside[k] = new_handle(API "/v1/me");
        }
        perform(beside[i % 4]);
        for (size_t k = 0; k < 4; k++) {
            curl_easy_cleanup(beside[k]);
        }
        curl_easy_cleanup(h);
    }
}

/* --- forms -------------------------------------------------------------- */

/* A form that is freed leaves its handle without one. */
static void
run_mime_freed(void)
{
    CURL *h = new_handle(TOKEN), *copy;
    curl_mime *mime = token_mime(h);

    SET(h, MIMEPOST, mime);
    perform(h);
    curl_mime_free(mime);

    copy = curl_easy_duphandle(h);
    SET(copy, HTTPGET, 1L);
    visit(copy, ELSEWHERE "/copy");
    visit(h, ELSEWHERE "/freed");

    curl_easy_cleanup(copy);
    curl_easy_cleanup(h);
}

static void
run_mime_file(void)
{
    CURL *h = new_handle(TOKEN);
    curl_mime *mime = curl_mime_init(h);
    curl_mimepart *part = curl_mime_addpart(mime);

    curl_mime_name(part, "grant_type");
    curl_mime_filename(part, "a-file");
    curl_mime_data(part, "client_credentials", CURL_ZERO_TERMINATED);
    SET(h, MIMEPOST, mime);
    perform(h);

    curl_easy_cleanup(h);
    curl_mime_free(mime);
}

static void
run_mime_many(void)
{
    CURL *h = new_handle(ELSEWHERE "/many");
    curl_mime *mime = curl_mime_init(h);

    for (int i = 0; i < 40000; i++) {
        curl_mimepart *part = curl_mime_addpart(mime);

        curl_mime_name(part, "a");
        curl_mime_data(part, "b", 1);
    }
    curl_easy_cleanup(h);
    curl_mime_free(mime);
}

/* --- transfers that are under way --------------------------------------- */

#define SIZE 600000

static char *
large_body(void)
{
    static const char start[] = "grant_type=client-credentials&client_id=a"
                                "&client_secret=";
    char *body = malloc(SIZE + 1);

    memset(body, 'a', SIZE);
    memcpy(body, start, sizeof(start) - 1);
    body[SIZE] = '\0';

    return body;
}

/* A slow upload whose body is repaired, with a look after some rounds. */
static void
run_during(void (*look)(CURLM *multi, CURL *h))
{
    CURLM *multi = curl_multi_init();
    CURL *h = new_handle(TOKEN);
    char *body = large_body();
    int running = 1;

    SET(h, POSTFIELDS, body);
    SET(h, MAX_SEND_SPEED_LARGE, (curl_off_t) 1000000);
    printf("%d\n", (int) curl_multi_add_handle(multi, h));

    for (int i = 0; running; i++) {
        curl_multi_perform(multi, &running);
        curl_multi_poll(multi, NULL, 0, 20, NULL);
        if (i == 4) {
            look(multi, h);
        }
    }

    curl_multi_remove_handle(multi, h);
    SET(h, MAX_SEND_SPEED_LARGE, (curl_off_t) 0);
    SET(h, HTTPGET, 1L);
    visit(h, API "/v1/clients");
    curl_multi_cleanup(multi);
    curl_easy_cleanup(h);
    free(body);
}

static void
look_added(CURLM *multi, CURL *h)
{
    printf("%d\n", curl_multi_add_handle(multi, h) == CURLM_OK);
    printf("%d\n", curl_easy_perform(h) == CURLE_OK);
}

static void
run_added(void)
{
    run_during(look_added);
}

static void
look_duplicated(CURLM *multi, CURL *h)
{
    CURL *copy = curl_easy_duphandle(h);

    (void) multi;
    SET(copy, MAX_SEND_SPEED_LARGE, (curl_off_t) 0);
    visit(copy, ELSEWHERE "/copy");
    curl_easy_cleanup(copy);
}

static void
run_duplicated(void)
{
    run_during(look_duplicated);
}

static int
count_prereq(void *data, char *remote, char *local, int remote_port,
             int local_port)
{
    (void) remote;
    (void) local;
    (void) remote_port;
    (void) local_port;

    ++*(int *) data;

    return CURL_PREREQFUNC_OK;
}

/* The callback comes when the transfer is connected, with the data of then. */
static void
run_prereq_late(void)
{
    CURLM *multi = curl_multi_init();
    CURL *h = new_handle(API "/v1/clients");
    int running = 1, late = CURL_PREREQFUNC_OK;

    SET(h, PREREQFUNCTION, count_prereq);
    curl_multi_add_handle(multi, h);
    SET(h, PREREQDATA, &late);
    while (running) {
        curl_multi_perform(multi, &running);
        curl_multi_poll(multi, NULL, 0, 20, NULL);
    }
    curl_multi_remove_handle(multi, h);
    visit(h, API "/v1/clients");
    printf("late %d\n", late);

    curl_multi_cleanup(multi);
    curl_easy_cleanup(h);
}

static size_t
perform_inside(char *data, size_t size, size_t count, void *handle)
{
    (void) data;
    printf("inside %d\n", curl_easy_perform(handle) == CURLE_OK);

    return size * count;
}

static void
run_nested(void)
{
    CURL *h = new_handle(API "/v1/clients");

    SET(h, WRITEFUNCTION, perform_inside);
    SET(h, WRITEDATA, h);
    perform(h);
    prepare(h);
    perform(h);
    curl_easy_cleanup(h);
}

/* A multi that is freed lets its handles go, and they are to be checked. */
static void
run_multi_freed(void)
{
    CURL *h = new_handle(API "/v1/clients");
    CURLM *multi = curl_multi_init();

    curl_multi_add_handle(multi, h);
    curl_multi_cleanup(multi);
    perform(h);
    curl_easy_cleanup(h);
}

const program_t lifetime_programs[] = {
    { "births", run_births },
    { "crowd", run_crowd },
    { "doh", run_doh },
    { "mime-freed", run_mime_freed },
    { "mime-file", run_mime_file },
    { "mime-many", run_mime_many },
    { "added", run_added },
    { "duplicated", run_duplicated },
    { "prereq-late", run_prereq_late },
    { "nested", run_nested },
    { "multi-freed", run_multi_freed },
    { NULL, NULL },
};
