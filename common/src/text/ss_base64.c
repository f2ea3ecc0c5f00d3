#include "text/ss_base64.h"

/* The digits by their values. */
#define DIGIT 64    /* whatever has it not is none */
#define OF_URLS 128 /* of the second alphabet */

/* All others are none. */
/* clang-format off */
static const uint8_t digits[256] = {
    ['('] = 0x00, 0x00, 0x00, 0x7E, 0x00, 0xFE, 0x00, 0x7F,
    ['0'] = 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7A, 0x7B,
    ['8'] = 0x7C, 0x7D, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    ['@'] = 0x00, 0x40, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46,
    ['H'] = 0x47, 0x48, 0x49, 0x4A, 0x4B, 0x4C, 0x4D, 0x4E,
    ['P'] = 0x4F, 0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56,
    ['X'] = 0x57, 0x58, 0x59, 0x00, 0x00, 0x00, 0x00, 0xFF,
    ['`'] = 0x00, 0x5A, 0x5B, 0x5C, 0x5D, 0x5E, 0x5F, 0x60,
    ['h'] = 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68,
    ['p'] = 0x69, 0x6A, 0x6B, 0x6C, 0x6D, 0x6E, 0x6F, 0x70,
    ['x'] = 0x71, 0x72, 0x73, 0x00, 0x00, 0x00, 0x00, 0x00,
};
/* clang-format on */

static unsigned
value_of(uint8_t digit)
{
    return digit & 63u;
}

int
ss_base64_digit(uint8_t c)
{
    return digits[c] != 0 ? (int) value_of(digits[c]) : -1;
}

static bool
is_base64(ss_str_t text)
{
    for (size_t i = 0; i < text.len; i++) {
        if ((digits[text.data[i]] & (DIGIT | OF_URLS)) != DIGIT) {
            return false;
        }
    }

    return true;
}

static void
decode_group(const uint8_t in[4], uint8_t out[3])
{
    unsigned bits = value_of(digits[in[0]]) << 18
                    | value_of(digits[in[1]]) << 12
                    | value_of(digits[in[2]]) << 6 | value_of(digits[in[3]]);

    out[0] = (uint8_t) (bits >> 16);
    out[1] = (uint8_t) (bits >> 8);
    out[2] = (uint8_t) bits;
}

int
ss_base64_decode(ss_str_t base64, const ss_mem_t *mem, ss_str_t *text)
{
    uint8_t last[4] = { 0 }, *out;
    size_t rest;

    *text = ss_str(NULL, 0);

    while (base64.len > 0 && base64.data[base64.len - 1] == '=') {
        base64.len--;
    }

    /* a digit of its own is no byte */
    if (base64.len == 0 || base64.len % 4 == 1 || !is_base64(base64)) {
        return SS_OK;
    }

    /* the last group is decoded whole, whatever is missing in it */
    out = mem->alloc(mem->ctx, base64.len / 4 * 3 + 3);
    if (out == NULL) {
        return SS_ERR_NOMEM;
    }
    rest = base64.len % 4;
    *text = ss_str(out, base64.len / 4 * 3 + rest * 3 / 4);

    for (; base64.len >= 4; base64 = ss_skip(base64, 4), out += 3) {
        decode_group(base64.data, out);
    }
    if (rest > 0) {
        memcpy(last, base64.data, rest);
        decode_group(last, out);
    }

    return SS_OK;
}

static void
encode_group(const uint8_t in[3], uint8_t out[4])
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopq"
                                  "rstuvwxyz0123456789+/";
    unsigned bits = (unsigned) in[0] << 16 | (unsigned) in[1] << 8 | in[2];

    for (unsigned i = 0; i < 4; i++) {
        out[i] = (uint8_t) letters[bits >> (18 - 6 * i) & 63];
    }
}

int
ss_base64_encode(ss_str_t bytes, const ss_mem_t *mem, ss_str_t *text)
{
    uint8_t last[3] = { 0 }, *out;

    *text = ss_str(NULL, 0);

    out = bytes.len < SIZE_MAX / 2 ? mem->alloc(mem->ctx, bytes.len / 3 * 4 + 5)
                                   : NULL;
    if (out == NULL) {
        return SS_ERR_NOMEM;
    }
    *text = ss_str(out, (bytes.len + 2) / 3 * 4);

    for (; bytes.len >= 3; bytes = ss_skip(bytes, 3), out += 4) {
        encode_group(bytes.data, out);
    }

    if (bytes.len > 0) {
        memcpy(last, bytes.data, bytes.len);
        encode_group(last, out);
        memset(out + 1 + bytes.len, '=', 3 - bytes.len);
        out += 4;
    }
    *out = '\0';

    return SS_OK;
}
