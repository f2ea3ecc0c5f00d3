#include "http/ss_basic.h"

#include "text/ss_base64.h"

ss_str_t
ss_auth_scheme(ss_str_t value)
{
    return ss_str(value.data, ss_index(value, ' '));
}

/* Joins what openssl and MIME break into lines, which reach us as blanks: the
   service's decoder passes over them. */
static int
unwrap(ss_str_t base64, const ss_mem_t *mem, ss_str_t *text)
{
    uint8_t *out;
    size_t n = 0;

    *text = base64;
    if (ss_index(base64, ' ') == base64.len
        && ss_index(base64, '\t') == base64.len) {
        return SS_OK;
    }

    out = mem->alloc(mem->ctx, base64.len);
    if (out == NULL) {
        return SS_ERR_NOMEM;
    }

    for (size_t i = 0; i < base64.len; i++) {
        if (!ss_is_blank(base64.data[i])) {
            out[n++] = base64.data[i];
        }
    }
    *text = ss_str(out, n);

    return SS_OK;
}

ss_basic_rc_t
ss_basic_parse(ss_str_t value, const ss_mem_t *mem, ss_basic_t *basic)
{
    ss_str_t scheme = ss_auth_scheme(value), text;
    size_t colon;

    if (!ss_eq_nocase(scheme, SS_STR("Basic"))) {
        return SS_BASIC_NOT;
    }

    if (unwrap(ss_trim(ss_skip(value, scheme.len)), mem, &text) != SS_OK
        || ss_base64_decode(text, mem, &text) != SS_OK) {
        return SS_BASIC_NOMEM;
    }

    colon = ss_index(text, ':');
    if (text.data == NULL || colon == text.len) {
        return SS_BASIC_NOT;
    }

    basic->user = ss_str(text.data, colon);
    basic->password = ss_skip(text, colon + 1);

    return SS_BASIC_OK;
}
