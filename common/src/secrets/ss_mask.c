/*
 * ss_mask.c: what must not be shown, and how the rest is.
 */

#include "secrets/ss_mask.h"

#include "http/ss_basic.h"
#include "check/ss_rule.h"
#include "secrets/ss_secret_place.h"
#include "text/ss_utf8.h"

/* A piece of a form without "=" may be a token pasted alone; names are not that
   long. */
#define NAME_LONG 20

bool
ss_is_secret_piece(ss_str_t name, ss_str_t value, bool has_value,
                   ss_str_t piece)
{
    return ss_secret_name(name) || (has_value && ss_has_secret(value))
           || (!has_value && piece.len > NAME_LONG);
}

/* Where in a piece of a form a secret begins that is so by its name: behind
   "=", or at 0; piece.len + 1 where there is none. */
static size_t
secret_from(ss_str_t piece)
{
    size_t equals = ss_index(piece, '=');

    if (ss_secret_name(ss_str(piece.data, equals))) {
        return equals < piece.len ? equals + 1 : 0;
    }

    return equals == piece.len && piece.len > NAME_LONG ? 0 : piece.len + 1;
}

/* A piece of a form, read as one. */
static ss_secret_scan_t
reader_of(ss_str_t piece)
{
    return (ss_secret_scan_t){ .text = piece };
}

static bool
is_secret_raw(ss_str_t piece)
{
    ss_secret_scan_t secrets = reader_of(piece);
    ss_str_t secret;

    return piece.len > 0
           && (secret_from(piece) <= piece.len
               || ss_secret_next(&secrets, &secret));
}

static void
add_piece(ss_buf_t *buf, ss_str_t piece)
{
    ss_secret_scan_t secrets = reader_of(piece);
    size_t from = secret_from(piece);

    if (piece.len > 0 && from <= piece.len) {
        ss_buf_add(buf, ss_str(piece.data, from));
        ss_buf_adds(buf, "***");
    } else {
        ss_redact_into(buf, &secrets);
    }
}

int
ss_mask_form(ss_str_t form, const ss_mem_t *mem, ss_str_t *masked)
{
    ss_str_t rest = form, piece;
    bool more = true, any = false;
    ss_buf_t buf;

    *masked = form;
    while (!any && ss_split(&rest, &more, '&', &piece)) {
        any = is_secret_raw(piece);
    }
    if (!any) {
        return SS_OK;
    }

    ss_buf_init(&buf, mem);
    for (rest = form, more = true; ss_split(&rest, &more, '&', &piece);) {
        if (piece.data != form.data) {
            ss_buf_addc(&buf, '&');
        }
        add_piece(&buf, piece);
    }

    return ss_buf_done(&buf, masked);
}

ss_str_t
ss_userinfo(ss_str_t url)
{
    ss_str_t slashes = SS_STR("//"), user;
    size_t n = 0;

    while (n < url.len && !ss_starts(ss_skip(url, n), slashes)) {
        n++;
    }

    return n < url.len && ss_secret_userinfo_at(url, n + slashes.len, &user)
               ? user
               : ss_str(url.data, 0);
}

/* --- headers -------------------------------------------------------------- */

/* Of an ETag or the id of a request only what nobody would take for one. */
static int
mask_public(ss_str_t value, const ss_mem_t *mem, ss_str_t *masked)
{
    ss_secret_scan_t secrets = { .text = value, .is_public = true };
    ss_str_t secret;

    if (ss_secret_next(&secrets, &secret)) {
        return SS_JOIN(mem, masked, SS_STR("***"));
    }
    *masked = value;

    return SS_OK;
}

int
ss_mask_header(ss_str_t name, ss_str_t value, const ss_mem_t *mem,
               ss_str_t *masked)
{
    ss_str_t scheme = ss_auth_scheme(value);

    if (ss_index(value, '\0') < value.len) {
        return ss_redact_size(value.len, mem, masked);
    }
    if (ss_secret_public_name(name)) {
        return mask_public(value, mem, masked);
    }
    if (!ss_secret_name(name)) {
        return ss_mask_line(value, mem, masked);
    }

    /* only a scheme that is known to be one is not the secret itself */
    if (ss_secret_scheme(scheme)) {
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

/* Names and values of XML and multipart stand apart from each other in ways of
   their own, and no rule is about them. */
static bool
is_apart(ss_str_t body, ss_str_t content_type)
{
    ss_str_t text = ss_trim(body);

    return (text.len > 0 && text.data[0] == '<')
           || ss_starts_nocase(ss_media_type(content_type),
                               SS_STR("multipart/"));
}

int
ss_mask_body(ss_str_t body, ss_str_t content_type, ss_kind_t kind,
             const ss_mem_t *mem, ss_str_t *masked)
{
    ss_str_t start = ss_str(body.data, body.len < 64 ? body.len : 64);

    /* UTF-16 has no names that can be read here */
    if (!ss_is_judgeable(body)) {
        return ss_redact_size(body.len, mem, masked);
    }

    /* a brace so early: JSON by the wrong name, perhaps with a BOM */
    if (ss_eq_nocase(ss_media_type(content_type), SS_FORM)
        && ss_index(start, '{') == start.len) {
        return ss_mask_form(body, mem, masked);
    }

    if (body.len == 0
        || (kind == SS_KIND_API && !is_apart(body, content_type)
            && !ss_document_names_secret(body))) {
        return ss_redact_text(body, mem, masked);
    }

    return ss_redact_size(body.len, mem, masked);
}
