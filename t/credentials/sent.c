#include "sent.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>

#include "http/ss_params.h"
#include "support.h"

const char *const sent_names[SENT_COUNT] = {
    [SENT_FORM] = "form",   [SENT_ESCAPED] = "escaped form",
    [SENT_QUERY] = "query", [SENT_JSON] = "JSON",
    [SENT_BASIC] = "Basic", [SENT_MULTIPART] = "multipart",
};

/* --- pieces of a body --------------------------------------------------- */

typedef void encode_t(ss_buf_t *buf, ss_str_t text);

static void
escape(ss_buf_t *buf, ss_str_t text)
{
    for (size_t i = 0; i < text.len; i++) {
        ss_percent_encode(buf, text.data[i]);
    }
}

static void
quote(ss_buf_t *buf, ss_str_t text)
{
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.data[i];
        char escaped[8];

        if (c < ' ' || c == '"' || c == '\\') {
            snprintf(escaped, sizeof(escaped), "\\u%04x", c);
            ss_buf_adds(buf, escaped);
        } else {
            ss_buf_addc(buf, c);
        }
    }
}

/* What stands before id and secret, and behind them. */
typedef struct {
    const char *begin, *between, *end;
    encode_t *encode;
    const char *type;
} way_t;

static const way_t ways[SENT_COUNT] = {
    [SENT_FORM] = { "grant_type=client_credentials&client_id=",
                    "&client_secret=", "", ss_form_encode,
                    "application/x-www-form-urlencoded" },
    [SENT_ESCAPED] = { "grant_type=client_credentials&client_id=",
                       "&client_secret=", "", escape,
                       "application/x-www-form-urlencoded" },
    [SENT_QUERY] = { "grant_type=client_credentials&client_id=",
                     "&client_secret=", "", ss_form_encode, NULL },
    [SENT_JSON] = { "{\"grant_type\":\"client_credentials\",\"client_id\":\"",
                    "\",\"client_secret\":\"", "\"}", quote,
                    "application/json" },
    [SENT_MULTIPART] = { "--b\r\nContent-Disposition: form-data; name="
                         "\"grant_type\"\r\n\r\nclient_credentials\r\n"
                         "--b\r\nContent-Disposition: form-data; name="
                         "\"client_id\"\r\n\r\n",
                         "\r\n--b\r\nContent-Disposition: form-data; name="
                         "\"client_secret\"\r\n\r\n",
                         "\r\n--b--\r\n", ss_buf_add,
                         "multipart/form-data; boundary=b" },
    [SENT_BASIC] = { "", ":", "", ss_buf_add,
                     "application/x-www-form-urlencoded" },
};

static ss_str_t
joined(const way_t *way, ss_str_t id, ss_str_t secret, const ss_mem_t *mem)
{
    ss_buf_t buf;

    ss_buf_init(&buf, mem);
    ss_buf_adds(&buf, way->begin);
    way->encode(&buf, id);
    ss_buf_adds(&buf, way->between);
    way->encode(&buf, secret);
    ss_buf_adds(&buf, way->end);

    return built(&buf);
}

ss_str_t
sent_form(ss_str_t id, ss_str_t secret, const ss_mem_t *mem)
{
    return joined(&ways[SENT_FORM], id, secret, mem);
}

/* --- the request -------------------------------------------------------- */

static ss_str_t
basic(ss_str_t pair, const ss_mem_t *mem)
{
    size_t n = strlen("Basic ");
    uint8_t *text = ss_alloc(mem, n + pair.len / 3 * 4 + 5, 1);

    if (text == NULL) {
        abort();
    }
    memcpy(text, "Basic ", n);

    return ss_str(
        text,
        n + (size_t) EVP_EncodeBlock(text + n, pair.data, (int) pair.len));
}

ss_request_t
sent(sent_t how, ss_str_t id, ss_str_t secret, const ss_mem_t *mem)
{
    ss_str_t text = joined(&ways[how], id, secret, mem);
    ss_header_t *headers = ss_alloc(mem, 2, sizeof(*headers));
    ss_request_t request = { .method = SS_STR("POST"),
                             .scheme = SS_STR("https"),
                             .authority = SS_STR("app.scopestack.io"),
                             .path = SS_STR("/oauth/token"),
                             .headers = headers,
                             .body_state = SS_BODY_COMPLETE,
                             .body = text };

    if (headers == NULL) {
        abort();
    }
    if (ways[how].type != NULL) {
        headers[request.header_count++] =
            (ss_header_t){ SS_STR("Content-Type"), ss_cstr(ways[how].type) };
    }

    if (how == SENT_QUERY) {
        request.query = text;
        request.has_query = true;
        request.body = SS_STR("");
    } else if (how == SENT_BASIC) {
        headers[request.header_count++] =
            (ss_header_t){ SS_STR("Authorization"), basic(text, mem) };
        request.body = SS_STR("grant_type=client_credentials");
    }

    return request;
}
