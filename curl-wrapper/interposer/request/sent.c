#include "interposer/request/sent.h"

#include <string.h>

#include "interposer/request/request.h"
#include "interposer/request/request_parts.h"

/* Two of options, four of proxies. */
#define FIXED 6

typedef struct {
    const ss_mem_t *mem;
    ss_header_t *headers;
    size_t count;
    bool failed;
} sent_t;

/* libcurl has the value, and may give it up: it is copied. */
static void
add(sent_t *sent, const char *name, const char *value)
{
    ss_str_t copy;

    if (value == NULL || *value == '\0') {
        return;
    }

    copy = request_join(sent->mem, value, "", "", "");
    sent->failed |= copy.data == NULL;
    if (copy.data != NULL) {
        sent->headers[sent->count++] = (ss_header_t){ text_of(name), copy };
    }
}

/* A line of a cookie file has the value behind its last tab. */
static void
add_cookies(sent_t *sent, const struct curl_slist *cookies)
{
    for (; cookies != NULL; cookies = cookies->next) {
        const char *tab = strrchr(cookies->data, '\t');

        if (tab != NULL) {
            add(sent, "Cookie", tab + 1);
        }
    }
}

static void
add_proxy(sent_t *sent, const connection_t *connection)
{
    const char *both = connection_text(connection, CURLOPT_PROXYUSERPWD);
    const char *colon = both != NULL ? strchr(both, ':') : NULL;

    if (colon != NULL) {
        add(sent, "Proxy-Authorization", colon + 1);
    }
    add(sent, "Proxy-Authorization",
        connection_text(connection, CURLOPT_PROXYPASSWORD));

    /* as of a Referer, of these it is the userinfo that counts */
    add(sent, "Proxy", connection_text(connection, CURLOPT_PROXY));
    add(sent, "Proxy", connection_text(connection, CURLOPT_PRE_PROXY));
}

int
sent_add(const state_t *state, const ss_request_t *request, const ss_mem_t *mem,
         ss_request_t *out)
{
    struct curl_slist *cookies = NULL;
    sent_t sent = { .mem = mem };
    size_t room = request->header_count + FIXED;

    *out = *request;
    real.curl_easy_getinfo(state->handle, CURLINFO_COOKIELIST, &cookies);
    for (const struct curl_slist *l = cookies; l != NULL; l = l->next) {
        room++;
    }

    sent.headers = mem->alloc(mem->ctx, room * sizeof(*sent.headers));
    if (sent.headers != NULL) {
        for (size_t i = 0; i < request->header_count; i++) {
            sent.headers[sent.count++] = request->headers[i];
        }
        add_cookies(&sent, cookies);
        add(&sent, "Cookie", state->cookie);
        add(&sent, "Referer", state->referer);
        add_proxy(&sent, &state->connection);
    }
    real.curl_slist_free_all(cookies);

    out->headers = sent.headers;
    out->header_count = sent.count;

    return sent.headers == NULL || sent.failed ? SS_ERR_NOMEM : SS_OK;
}
