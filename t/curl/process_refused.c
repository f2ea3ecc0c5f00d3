/*
 * process_refused.c: transfers that libcurl refuses, and handles that only
 * connect. Arguments: a case, where names lead to. Prints what libcurl returns.
 */

#include <curl/curl.h>
#include <stdio.h>
#include <string.h>

static CURLM *multi;
static CURL *other;

static CURL *
new_handle(const char *to)
{
    CURL *handle = curl_easy_init();

    curl_easy_setopt(handle, CURLOPT_CONNECT_TO, curl_slist_append(NULL, to));
    curl_easy_setopt(handle, CURLOPT_URL,
                     "http://api.scopestack.test/v1/clients");

    return handle;
}

static size_t
add_other(char *data, size_t size, size_t count, void *unused)
{
    (void) data;
    (void) unused;
    printf("%d\n", (int) curl_multi_add_handle(multi, other));

    return size * count;
}

static void
perform_all(void)
{
    int running = 1;

    while (running > 0) {
        curl_multi_perform(multi, &running);
        curl_multi_poll(multi, NULL, 0, 100, NULL);
    }
}

/* In a callback libcurl takes no further handle. */
static void
refused(const char *to)
{
    CURL *first = new_handle(to);

    curl_easy_setopt(first, CURLOPT_URL, "http://elsewhere.test/");
    curl_easy_setopt(first, CURLOPT_WRITEFUNCTION, add_other);
    other = new_handle(to);
    printf("%d\n", (int) curl_multi_add_handle(NULL, other));
    curl_multi_add_handle(multi, first);
    perform_all();
    fprintf(stderr, "refused so far\n");

    printf("%d\n", (int) curl_multi_add_handle(multi, other));
    perform_all();
    curl_multi_remove_handle(multi, first);
    curl_multi_remove_handle(multi, other);
    curl_easy_cleanup(first);
    curl_easy_cleanup(other);
}

static void
connect_only(const char *to, long mode)
{
    const char request[] = "GET /v1/clients HTTP/1.0\r\nHost: own\r\n\r\n";
    CURL *handle = new_handle(to);
    size_t sent = 0;

    curl_easy_setopt(handle, CURLOPT_CONNECT_ONLY, mode);
    printf("%d\n", (int) curl_easy_perform(handle));
    printf("%d\n",
           (int) curl_easy_send(handle, request, strlen(request), &sent));
    curl_easy_setopt(handle, CURLOPT_CONNECT_ONLY, 0L);
    fprintf(stderr, "connected so far\n");
    printf("%d\n", (int) curl_easy_perform(handle));
    curl_easy_setopt(handle, CURLOPT_CONNECT_ONLY, mode);
    printf("%d\n", (int) curl_easy_perform(handle));
    curl_easy_cleanup(handle);
}

int
main(int argc, char **argv)
{
    if (argc < 3) {
        return 2;
    }

    multi = curl_multi_init();
    if (strcmp(argv[1], "refused") == 0) {
        refused(argv[2]);
    } else {
        connect_only(argv[2], argv[1][0] - '0');
    }
    curl_multi_cleanup(multi);

    return 0;
}
