/*
 * ss_mask.c: what must not be shown, and how the rest is.
 */

#include "ss_basic.h"
#include "ss_params.h"
#include "ss_utf8.h"

static const char *const secret_parameters[] = {
    "client_secret", "password",         "code",          "code_verifier",
    "access_token",  "bearer_token",     "refresh_token", "token",
    "assertion",     "client_assertion",
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

#define LISTED(name, list) listed(name, list, sizeof(list) / sizeof(list[0]))

/* A piece without "=" may be a token pasted alone; names are not that long. */
static bool
is_secret_piece(ss_str_t name, bool has_value, ss_str_t piece)
{
    return LISTED(ss_trim(name), secret_parameters)
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

        if (name.data == NULL) {
            return SS_ERR_NOMEM;
        }

        if (!first) {
            ss_buf_addc(&buf, '&');
        }
        first = false;

        if (!is_secret_piece(name, equals < piece.len, piece)) {
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

int
ss_mask_header(ss_str_t name, ss_str_t value, const ss_mem_t *mem,
               ss_str_t *masked)
{
    ss_str_t scheme = ss_auth_scheme(value);

    if (!LISTED(name, secret_headers)) {
        *masked = value;
        return SS_OK;
    }

    /* only a scheme that is known to be one is not the secret itself */
    if (ss_eq_nocase(scheme, SS_STR("Bearer"))
        || ss_eq_nocase(scheme, SS_STR("Basic"))) {
        return SS_JOIN(mem, masked, scheme, SS_STR(" ***"));
    }

    *masked = SS_STR("***");

    return SS_OK;
}

int
ss_printable(ss_str_t bytes, const ss_mem_t *mem, ss_str_t *text)
{
    static const char digits[] = "0123456789abcdef";
    ss_buf_t buf;

    ss_buf_init(&buf, mem);

    while (bytes.len > 0) {
        size_t n = ss_utf8_length(bytes);
        uint8_t c = bytes.data[0];

        /* C1 controls are two bytes in UTF-8, and move cursors as well */
        if (n == 0 || c < 0x20 || c == 0x7f
            || (n == 2 && ss_utf8_code(bytes) < 0xA0)) {
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
