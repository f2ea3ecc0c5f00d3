#include "text/ss_utf8.h"

size_t
ss_utf8_length(ss_str_t text)
{
    uint8_t c = text.len > 0 ? text.data[0] : 0x80;
    size_t n = c < 0x80 ? 1 : c < 0xC2 ? 0 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
    uint32_t code;

    if (n == 0 || c > 0xF4 || n > text.len) {
        return 0;
    }

    for (size_t i = 1; i < n; i++) {
        if ((text.data[i] & 0xC0) != 0x80) {
            return 0;
        }
    }

    /* overlong forms, surrogates and what lies above Unicode */
    code = ss_utf8_code(text);
    if ((n == 3 && code < 0x800) || (n == 4 && code < 0x10000)
        || (code >= 0xD800 && code < 0xE000) || code > 0x10FFFF) {
        return 0;
    }

    return n;
}

uint32_t
ss_utf8_code(ss_str_t text)
{
    const uint8_t *p = text.data;

    if (p[0] < 0x80) {
        return p[0];
    }
    if (p[0] < 0xE0) {
        return (uint32_t) (p[0] & 0x1F) << 6 | (p[1] & 0x3F);
    }
    if (p[0] < 0xF0) {
        return (uint32_t) (p[0] & 0x0F) << 12 | (uint32_t) (p[1] & 0x3F) << 6
               | (p[2] & 0x3F);
    }
    return (uint32_t) (p[0] & 0x07) << 18 | (uint32_t) (p[1] & 0x3F) << 12
           | (uint32_t) (p[2] & 0x3F) << 6 | (p[3] & 0x3F);
}

size_t
ss_utf8_put(uint32_t code, uint8_t *out)
{
    static const uint8_t first[] = { 0, 0, 0xC0, 0xE0, 0xF0 };
    size_t n = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;

    for (size_t i = n - 1; i > 0; i--) {
        out[i] = (uint8_t) (0x80 | (code & 0x3F));
        code >>= 6;
    }
    out[0] = (uint8_t) (first[n] | code);

    return n;
}

ss_str_t
ss_utf8_without_bom(ss_str_t text)
{
    return ss_starts(text, SS_STR("\xEF\xBB\xBF")) ? ss_skip(text, 3) : text;
}
