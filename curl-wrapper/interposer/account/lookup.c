#include "interposer/account/lookup.h"

#include <stdio.h>
#include <string.h>

#define ACCEPT "Accept: application/vnd.api+json"

#define NO_MEMORY "out of memory"

/* Answers above this size count as none. */
#define ANSWER_MAX (64u * 1024u)

typedef struct {
    uint8_t *data;
    size_t len;
} answer_t;

static size_t
on_write(char *data, size_t size, size_t count, void *user)
{
    answer_t *answer = user;
    size_t len = size * count;

    if (len > ANSWER_MAX - answer->len) {
        return 0;
    }
    memcpy(answer->data + answer->len, data, len);
    answer->len += len;

    return len;
}

static bool
append(struct curl_slist **list, const char *line)
{
    struct curl_slist *longer = real.curl_slist_append(*list, line);

    if (longer != NULL) {
        *list = longer;
    }

    return longer != NULL;
}

static bool
make_headers(struct curl_slist **list, ss_str_t authorization,
             const ss_mem_t *mem)
{
    size_t size = sizeof("Authorization: ") + authorization.len;
    char *line = mem->alloc(mem->ctx, size);

    if (line == NULL) {
        return false;
    }
    snprintf(line, size, "Authorization: %.*s", (int) authorization.len,
             (const char *) authorization.data);

    return append(list, line) && append(list, ACCEPT);
}

/* The shorter one; 0 is none. */
static long
limit(long ours, long program)
{
    return program > 0 && program < ours ? program : ours;
}

static bool
prepare(CURL *handle, const connection_t *connection, const char *url,
        struct curl_slist *headers, answer_t *answer)
{
    __typeof__(real.curl_easy_setopt) set = real.curl_easy_setopt;
    long connect_ms = limit(LOOKUP_CONNECT * 1000L, connection->connect_ms);
    long total_ms = limit(LOOKUP_TOTAL * 1000L, connection->total_ms);

    /* QUICK_EXIT, of 7.87: a name that is still looked for when the time is
       over is not waited for */
    (void) set(handle, (CURLoption) 322, 1L);

    return connection_apply(connection, handle)
           && set(handle, CURLOPT_CONNECTTIMEOUT_MS, connect_ms) == CURLE_OK
           && set(handle, CURLOPT_TIMEOUT_MS, total_ms) == CURLE_OK
           && set(handle, CURLOPT_URL, url) == CURLE_OK
           && set(handle, CURLOPT_HTTPHEADER, headers) == CURLE_OK
           /* the token is not for a proxy that is asked for a tunnel */
           && set(handle, CURLOPT_HEADEROPT, (long) CURLHEADER_SEPARATE)
                  == CURLE_OK
           && set(handle, CURLOPT_WRITEFUNCTION, on_write) == CURLE_OK
           && set(handle, CURLOPT_WRITEDATA, answer) == CURLE_OK;
}

static const char *
read_answer(CURL *handle, const answer_t *answer, const ss_mem_t *mem,
            ss_str_t *slug)
{
    char *why = mem->alloc(mem->ctx, 40);
    long status = 0;

    real.curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);

    if (why == NULL) {
        return NO_MEMORY;
    }
    if (status != 200) {
        snprintf(why, 40, "it answers %ld", status);
        return why;
    }

    if (ss_account_of((ss_str_t){ answer->data, answer->len }, mem, slug)
        != SS_OK) {
        return NO_MEMORY;
    }

    return slug->len > 0 ? NULL : "the answer has no account-slug";
}

static const char *
perform(CURL *handle, const answer_t *answer, const ss_mem_t *mem,
        ss_str_t *slug)
{
    CURLcode rc = real.curl_easy_perform(handle);

    if (rc == CURLE_WRITE_ERROR) {
        return "the answer is too large";
    }

    return rc == CURLE_OK ? read_answer(handle, answer, mem, slug)
                          : real.curl_easy_strerror(rc);
}

const char *
lookup_account(const connection_t *connection, const char *url,
               ss_str_t authorization, const ss_mem_t *mem, ss_str_t *slug)
{
    answer_t answer = { mem->alloc(mem->ctx, ANSWER_MAX), 0 };
    CURL *handle = answer.data != NULL ? real.curl_easy_init() : NULL;
    struct curl_slist *headers = NULL;
    const char *why = NO_MEMORY;

    if (handle == NULL) {
        return why;
    }

    if (make_headers(&headers, authorization, mem)
        && prepare(handle, connection, url, headers, &answer)) {
        why = perform(handle, &answer, mem, slug);
    }

    real.curl_easy_cleanup(handle);
    real.curl_slist_free_all(headers);

    return why;
}
