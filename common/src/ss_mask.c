/*
 * ss_mask.c: what must not be shown, and how the rest is.
 */

#include "ss_mask.h"

#include "ss_basic.h"
#include "ss_params.h"
#include "ss_rule.h"
#include "ss_utf8.h"

/* Words that names of secrets have in them, whatever else: client_secret,
   "user[password]", X-Auth-Token. */
static const char *const secret_words[] = {
    "secret",    "password", "passwd", "token",   "verifier",
    "assertion", "api_key",  "apikey", "api-key", "signature",
};

/* Names that are so themselves, or in brackets at the end of another one; as
   words they are in too many names: "postcode", "design". */
static const char *const secret_names[] = {
    "code",          "otp",    "sig", "pin",     "pwd",        "pass", "auth",
    "authorization", "cookie", "jwt", "session", "session_id", "sid",
};

static const char *const secret_headers[] = {
    "Authorization",
    "Proxy-Authorization",
    "Cookie",
    "Set-Cookie",
};

static bool
listed(ss_str_t name, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (ss_eq_nocase(name, ss_cstr(list[i]))) {
            return true;
        }
    }

    return false;
}

/* Whether one of secret_words, or "code", begins so: a document is long, and
   most of its bytes need no second look. */
static bool
may_begin(unsigned char c)
{
    switch (ss_lower(c)) {
    case 'a':
    case 'c':
    case 'p':
    case 's':
    case 't':
    case 'v':
        return true;
    default:
        return false;
    }
}

#define LISTED(name, list) listed(name, list, sizeof(list) / sizeof(list[0]))

int
ss_names_secret(ss_str_t text)
{
    for (size_t i = 0; i < text.len; i++) {
        ss_str_t rest = ss_skip(text, i);

        if (!may_begin(text.data[i])) {
            continue;
        }

        for (size_t k = 0; k < sizeof(secret_words) / sizeof(secret_words[0]);
             k++) {
            if (ss_starts_nocase(rest, ss_cstr(secret_words[k]))) {
                return 1;
            }
        }

        if (ss_starts_nocase(rest, SS_STR("code="))) {
            return 1;
        }
    }

    return 0;
}

/* The last name of "user[otp]"; else the name itself. */
static ss_str_t
innermost(ss_str_t name)
{
    size_t at = name.len;

    if (name.len == 0 || name.data[name.len - 1] != ']') {
        return name;
    }

    while (at > 0 && name.data[at - 1] != '[') {
        at--;
    }

    return at > 0 ? ss_str(name.data + at, name.len - 1 - at) : name;
}

/* The name of a parameter itself. */
bool
ss_is_secret_name(ss_str_t name)
{
    name = ss_trim(name);

    return ss_names_secret(name) || LISTED(innermost(name), secret_names);
}

/* A value that has names of its own in it: JSON, a URL, another form. */
static bool
is_secret_value(ss_str_t value)
{
    return (ss_index(value, '"') < value.len || ss_index(value, '=') < value.len
            || ss_index(value, ':') < value.len)
           && ss_names_secret(value);
}

/* A piece without "=" may be a token pasted alone; names are not that long. */
bool
ss_is_secret_piece(ss_str_t name, ss_str_t value, bool has_value,
                   ss_str_t piece)
{
    return ss_is_secret_name(name) || (has_value && is_secret_value(value))
           || (!has_value && piece.len > 20);
}

int
ss_mask_form(ss_str_t form, const ss_mem_t *mem, ss_str_t *masked)
{
    ss_str_t rest = form, piece;
    bool more = true, any = false, first = true;
    ss_buf_t buf;

    *masked = form;
    ss_buf_init(&buf, mem);

    while (ss_split(&rest, &more, '&', &piece)) {
        size_t equals = ss_index(piece, '=');
        ss_str_t name = ss_form_decode(ss_str(piece.data, equals), mem);
        ss_str_t value = ss_form_decode(
            ss_skip(piece, equals < piece.len ? equals + 1 : equals), mem);

        if (name.data == NULL || value.data == NULL) {
            return SS_ERR_NOMEM;
        }

        if (!first) {
            ss_buf_addc(&buf, '&');
        }
        first = false;

        if (!ss_is_secret_piece(name, value, equals < piece.len, piece)) {
            ss_buf_add(&buf, piece);
            continue;
        }

        any = true;
        if (equals < piece.len) {
            ss_buf_add(&buf, ss_str(piece.data, equals + 1));
        }
        ss_buf_adds(&buf, "***");
    }

    return any ? ss_buf_done(&buf, masked) : SS_OK;
}

bool
ss_is_secret_header(ss_str_t name)
{
    /* libcurl sends what stands before the colon, a blank too */
    name = ss_trim(name);

    return LISTED(name, secret_headers) || ss_names_secret(name)
           || ss_has_part(name, "authorization") || ss_has_part(name, "cookie");
}

/* The position of the first of some characters, or text.len. */
static size_t
first_of(ss_str_t text, const char *characters)
{
    size_t n = 0, count = strlen(characters);

    while (n < text.len && memchr(characters, text.data[n], count) == NULL) {
        n++;
    }

    return n;
}

ss_str_t
ss_userinfo(ss_str_t url)
{
    ss_str_t slashes = SS_STR("//");
    size_t n;

    while (url.len > 0 && !ss_starts(url, slashes)) {
        url = ss_skip(url, 1);
    }
    url = ss_skip(url, url.len > 0 ? slashes.len : 0);
    n = first_of(url, "@/?# \"'<>");

    return ss_str(url.data, n < url.len && url.data[n] == '@' ? n : 0);
}

/* Adds what stands before a query, userinfo masked. */
static void
add_before_query(ss_buf_t *buf, ss_str_t text)
{
    ss_str_t user = ss_userinfo(text);

    if (user.len == 0) {
        ss_buf_add(buf, text);
        return;
    }

    ss_buf_add(buf, ss_str(text.data, (size_t) (user.data - text.data)));
    ss_buf_adds(buf, "***");
    ss_buf_add(buf, ss_skip(text, (size_t) (user.data - text.data) + user.len));
}

/* A Referer, say, and a Location have a query, a fragment, userinfo. */
static int
mask_url(ss_str_t value, const ss_mem_t *mem, ss_str_t *masked)
{
    size_t n = first_of(value, "?#");
    ss_str_t form;
    ss_buf_t buf;

    ss_buf_init(&buf, mem);
    add_before_query(&buf, ss_str(value.data, n));

    for (value = ss_skip(value, n); value.len > 0; value = ss_skip(value, n)) {
        n = 1 + ss_index(ss_skip(value, 1), '#');
        if (ss_mask_form(ss_str(value.data + 1, n - 1), mem, &form) != SS_OK) {
            return SS_ERR_NOMEM;
        }
        ss_buf_addc(&buf, value.data[0]);
        ss_buf_add(&buf, form);
    }

    return ss_buf_done(&buf, masked);
}

int
ss_mask_header(ss_str_t name, ss_str_t value, const ss_mem_t *mem,
               ss_str_t *masked)
{
    ss_str_t scheme = ss_auth_scheme(value);

    if (!ss_is_secret_header(name)) {
        return mask_url(value, mem, masked);
    }

    /* only a scheme that is known to be one is not the secret itself */
    if (ss_eq_nocase(scheme, SS_STR("Bearer"))
        || ss_eq_nocase(scheme, SS_STR("Basic"))) {
        return SS_JOIN(mem, masked, scheme, SS_STR(" ***"));
    }

    *masked = SS_STR("***");

    return SS_OK;
}

/* C1 controls move cursors as well; other characters turn the direction of a
   line (Unicode, UAX 9), or end it. */
static bool
is_control(ss_str_t text, size_t n)
{
    uint32_t code = n > 0 ? ss_utf8_code(text) : 0;

    return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x061C
           || code == 0x200E || code == 0x200F
           || (code >= 0x2028 && code <= 0x202E)
           || (code >= 0x2066 && code <= 0x2069);
}

int
ss_printable(ss_str_t bytes, const ss_mem_t *mem, ss_str_t *text)
{
    static const char digits[] = "0123456789abcdef";
    ss_buf_t buf;

    ss_buf_init(&buf, mem);

    while (bytes.len > 0) {
        size_t n = ss_utf8_length(bytes);

        if (is_control(bytes, n)) {
            n = n == 0 ? 1 : n;
            for (size_t i = 0; i < n; i++) {
                ss_buf_adds(&buf, "\\x");
                ss_buf_addc(&buf, (uint8_t) digits[bytes.data[i] >> 4]);
                ss_buf_addc(&buf, (uint8_t) digits[bytes.data[i] & 15]);
            }
        } else {
            ss_buf_add(&buf, ss_str(bytes.data, n));
        }
        bytes = ss_skip(bytes, n);
    }

    return ss_buf_done(&buf, text);
}

static bool
ends_nocase(ss_str_t text, ss_str_t end)
{
    return text.len >= end.len
           && ss_eq_nocase(ss_skip(text, text.len - end.len), end);
}

/* Whether a header of a request, as `name: `, `"name": ` or `\"name\": `,
   stands before a colon; the name alone may mean anything. */
static bool
is_header_before(ss_str_t text)
{
    while (text.len > 0
           && (text.data[text.len - 1] == '\\' || text.data[text.len - 1] == '"'
               || ss_is_blank(text.data[text.len - 1]))) {
        text.len--;
    }

    return ends_nocase(text, SS_STR("authorization"))
           || ends_nocase(text, SS_STR("cookie"));
}

bool
ss_document_names_secret(ss_str_t document)
{
    size_t start = 0;

    if (ss_names_secret(document)) {
        return true;
    }

    while (start < document.len) {
        size_t n = ss_index(ss_skip(document, start), ':');

        if (start + n < document.len
            && is_header_before(ss_str(document.data + start, n))) {
            return true;
        }
        start += n + 1;
    }

    return false;
}

int
ss_mask_body(ss_str_t body, ss_str_t content_type, ss_kind_t kind,
             const ss_mem_t *mem, ss_str_t *masked)
{
    ss_str_t start = ss_str(body.data, body.len < 64 ? body.len : 64);
    ss_buf_t buf;

    /* a brace so early: JSON by the wrong name, perhaps with a BOM */
    if (ss_eq_nocase(ss_media_type(content_type), SS_FORM)
        && ss_index(start, '{') == start.len) {
        return ss_mask_form(body, mem, masked);
    }

    if (body.len == 0
        || (kind == SS_KIND_API && !ss_document_names_secret(body))) {
        *masked = body;
        return SS_OK;
    }

    ss_buf_init(&buf, mem);
    ss_buf_addc(&buf, '(');
    ss_buf_addu(&buf, body.len);
    ss_buf_adds(&buf, " bytes that are not shown)");

    return ss_buf_done(&buf, masked);
}
