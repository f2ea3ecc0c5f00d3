/*
 * ss_explain_request.c: what causes ask of a request, and what may be shown of
 * an answer to it.
 */

#include "ss_explain.h"

#include "ss_basic.h"
#include "ss_bearer.h"
#include "ss_grant.h"
#include "ss_utf8.h"

ss_str_t
ss_explain_header(const ss_explain_t *explain, const char *name)
{
    const ss_header_t *header =
        ss_request_header(explain->request, ss_cstr(name));

    return header != NULL ? header->value : SS_STR("");
}

bool
ss_has_part(ss_str_t text, const char *part)
{
    ss_str_t wanted = ss_cstr(part);

    for (size_t i = 0; i + wanted.len <= text.len; i++) {
        if (ss_starts_nocase(ss_skip(text, i), wanted)) {
            return true;
        }
    }

    return false;
}

/* --- token requests ----------------------------------------------------- */

static const struct {
    const char *name;
    ss_grant_id_t id;
} grants[] = {
    { "password", SS_GRANT_PASSWORD },
    { "client_credentials", SS_GRANT_CLIENT },
    { "authorization_code", SS_GRANT_CODE },
    { "refresh_token", SS_GRANT_REFRESH },
};

static void
read_grant(ss_explain_t *explain)
{
    ss_str_t value = ss_params_value(&explain->params, "grant_type");

    for (size_t i = 0; i < sizeof(grants) / sizeof(grants[0]); i++) {
        if (ss_eq(value, ss_cstr(grants[i].name))) {
            explain->grant = grants[i].id;
        }
    }
}

static bool
is_other(ss_str_t given, ss_str_t other)
{
    return given.len > 0 && !ss_eq(given, other);
}

/* Basic credentials beat those in the body. */
static void
read_client(ss_explain_t *explain)
{
    ss_explain_client_t *client = &explain->client;
    ss_str_t id = ss_params_value(&explain->params, "client_id");
    ss_str_t secret = ss_params_value(&explain->params, "client_secret");
    ss_basic_t basic;

    *client = (ss_explain_client_t){ .id = id, .secret = secret };

    switch (ss_basic_parse(ss_explain_header(explain, "Authorization"),
                           explain->mem, &basic)) {
    case SS_BASIC_OK:
        client->by_header = true;
        client->id = basic.user;
        client->secret = basic.password;
        client->twice =
            is_other(id, basic.user) || is_other(secret, basic.password);
        break;
    case SS_BASIC_NOMEM:
        explain->failed = true;
        break;
    case SS_BASIC_NOT:
        break;
    }
}

void
ss_explain_params(ss_explain_t *explain)
{
    ss_request_t request = *explain->request;

    if (explain->kind != SS_KIND_TOKEN
        && explain->kind != SS_KIND_OAUTH_OTHER) {
        return;
    }

    if (ss_request_header(&request, SS_STR("Content-Encoding")) != NULL
        && request.body_state == SS_BODY_COMPLETE) {
        request.body_state = SS_BODY_TOO_LARGE;
    }

    if (ss_params_read(&explain->params, &request,
                       ss_explain_header(explain, "Content-Type"), explain->mem)
        != SS_OK) {
        explain->failed = true;
        return;
    }

    read_grant(explain);
    read_client(explain);
}

bool
ss_explain_lacks(const ss_explain_t *explain, const char *name)
{
    return ss_params_known(&explain->params)
           && ss_params_value(&explain->params, name).len == 0;
}

bool
ss_explain_has_token(const ss_explain_t *explain)
{
    ss_str_t token;

    return ss_bearer_parse(ss_explain_header(explain, "Authorization"), &token);
}

/* --- secrets ------------------------------------------------------------ */

/* So much of a secret in a row gives it away. */
#define PIECE 8

/* Longer ones are not searched for: nothing is shown then. */
#define SECRET_MAX 4096

static bool
stands_in(ss_str_t text, ss_str_t part)
{
    return part.len <= text.len
           && memmem(text.data, text.len, part.data, part.len) != NULL;
}

/* Tells whether a text has a secret in it, or a good part of one. */
static bool
betrays(ss_str_t text, ss_str_t secret)
{
    bool is_in[256] = { false };
    size_t run = 0;

    secret = ss_trim(secret);
    if (secret.len == 0) {
        return false;
    }

    if (secret.len <= PIECE) {
        return stands_in(text, secret);
    }

    if (secret.len > SECRET_MAX) {
        return text.len >= PIECE;
    }

    for (size_t i = 0; i < secret.len; i++) {
        is_in[secret.data[i]] = true;
    }

    /* words of people have blanks between, and secrets none: few are so long
       that they need to be searched for */
    for (size_t i = 0; i < text.len; i++) {
        run = is_in[text.data[i]] ? run + 1 : 0;
        if (run >= PIECE
            && stands_in(secret, ss_str(text.data + i + 1 - PIECE, PIECE))) {
            return true;
        }
    }

    return false;
}

static bool
is_secret_param(ss_str_t name)
{
    return ss_names_secret(name) || ss_eq_nocase(name, SS_STR("code"));
}

static bool
betrays_params(const ss_params_t *params, ss_str_t text)
{
    for (size_t i = 0; i < params->count; i++) {
        const ss_param_t *param = &params->items[i];

        if (is_secret_param(param->name)
            && (betrays(text, param->value) || betrays(text, param->raw))) {
            return true;
        }
    }

    return false;
}

static bool
betrays_authorization(ss_explain_t *explain, ss_str_t value, ss_str_t text)
{
    size_t blank = ss_index(value, ' ');
    ss_basic_t basic;

    if (betrays(text, ss_skip(value, blank < value.len ? blank : 0))) {
        return true;
    }

    switch (ss_basic_parse(value, explain->mem, &basic)) {
    case SS_BASIC_OK:
        return betrays(text, basic.password);
    case SS_BASIC_NOMEM:
        explain->failed = true;
        return true;
    default:
        return false;
    }
}

static bool
betrays_headers(ss_explain_t *explain, ss_str_t text)
{
    static const char *const names[] = { "Authorization", "Proxy-Authorization",
                                         "Cookie" };

    for (size_t i = 0; i < explain->request->header_count; i++) {
        const ss_header_t *header = &explain->request->headers[i];
        bool secret = ss_names_secret(header->name);

        for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++) {
            secret |= ss_eq_nocase(header->name, ss_cstr(names[k]));
        }
        if (secret && betrays_authorization(explain, header->value, text)) {
            return true;
        }
    }

    return false;
}

static bool
betrays_query(ss_explain_t *explain, ss_str_t text)
{
    ss_params_t query = { .count = 0 };

    if (!explain->request->has_query) {
        return false;
    }

    if (ss_form_read(&query, explain->request->query, true, explain->mem)
        != SS_OK) {
        explain->failed = true;
        return true;
    }

    return query.too_many || betrays_params(&query, text);
}

bool
ss_explain_betrays(ss_explain_t *explain, ss_str_t text)
{
    return betrays_params(&explain->params, text)
           || betrays_headers(explain, text) || betrays_query(explain, text);
}

/* Documents are not taken apart for this: one that speaks of secrets at all
   makes an answer to it suspect. */
static bool
document_names_secret(ss_explain_t *explain)
{
    const ss_request_t *request = explain->request;

    if (!explain->document_asked) {
        explain->document_asked = true;
        explain->document_names_secret =
            explain->kind != SS_KIND_TOKEN
            && explain->kind != SS_KIND_OAUTH_OTHER
            && request->body_state == SS_BODY_COMPLETE
            && ss_names_secret(request->body);
    }

    return explain->document_names_secret;
}

/* --- quotes ------------------------------------------------------------- */

#define QUOTE_MAX 160
#define MESSAGE_MAX 1024

/* A word of this length is nobody's to read, and may be a token. */
#define WORD_MAX 40

static bool
is_word(uint8_t c)
{
    return ss_is_alnum(c) || c == '-' || c == '_' || c == '+' || c == '='
           || c == '.' || c == '~' || c == '%';
}

static bool
has_digit(ss_str_t word)
{
    for (size_t i = 0; i < word.len; i++) {
        if (word.data[i] >= '0' && word.data[i] <= '9') {
            return true;
        }
    }

    return false;
}

/* Where a text speaks of a secret, a word with a digit may be it. */
static void
add_words(ss_buf_t *buf, ss_str_t text, bool names_secret)
{
    while (text.len > 0) {
        size_t n = 0;

        while (n < text.len && is_word(text.data[n])) {
            n++;
        }

        if (n > WORD_MAX || (names_secret && has_digit(ss_str(text.data, n)))) {
            ss_buf_adds(buf, "***");
        } else {
            n = n > 0 ? n : 1;
            ss_buf_add(buf, ss_str(text.data, n));
        }
        text = ss_skip(text, n);
    }
}

/* In bounds, and not within a character. */
static ss_str_t
shorten(ss_str_t text, size_t max)
{
    if (text.len > max) {
        text.len = max;
        while (text.len > 0 && (text.data[text.len] & 0xC0) == 0x80) {
            text.len--;
        }
    }

    return text;
}

static ss_str_t
quote(ss_explain_t *explain, ss_str_t text, size_t max)
{
    ss_str_t shown = SS_STR("");
    ss_buf_t buf;
    bool cut;

    text = ss_trim(text);
    cut = text.len > max;
    text = shorten(text, max);

    if (text.len == 0 || ss_explain_betrays(explain, text)
        || document_names_secret(explain)) {
        return SS_STR("");
    }

    ss_buf_init(&buf, explain->mem);
    add_words(&buf, text, ss_names_secret(text));
    ss_buf_adds(&buf, cut ? "..." : "");

    if (ss_buf_done(&buf, &shown) != SS_OK) {
        explain->failed = true;
        return SS_STR("");
    }

    return shown;
}

/* A text that speaks of secrets is suspect. */
ss_str_t
ss_explain_quote(ss_explain_t *explain, ss_str_t text)
{
    return ss_names_secret(shorten(ss_trim(text), QUOTE_MAX))
               ? SS_STR("")
               : quote(explain, text, QUOTE_MAX);
}

ss_str_t
ss_explain_message(ss_explain_t *explain, ss_str_t text)
{
    return quote(explain, text, MESSAGE_MAX);
}

void
ss_explain_quote_error(ss_explain_t *explain, ss_telling_t *telling)
{
    const ss_answer_error_t *error = explain->error;

    telling->quote = ss_explain_quote(
        explain, error->detail.len > 0 ? error->detail : error->title);
}
