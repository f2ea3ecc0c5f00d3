#include "ss_basic.h"

#include "ss_base64.h"

ss_str_t
ss_auth_scheme(ss_str_t value)
{
    return ss_str(value.data, ss_index(value, ' '));
}

ss_basic_rc_t
ss_basic_parse(ss_str_t value, const ss_mem_t *mem, ss_basic_t *basic)
{
    ss_str_t scheme = ss_auth_scheme(value), text;
    size_t colon;

    if (!ss_eq_nocase(scheme, SS_STR("Basic"))) {
        return SS_BASIC_NOT;
    }

    text = ss_trim(ss_skip(value, scheme.len));
    if (ss_base64_decode(text, mem, &text) != SS_OK) {
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
