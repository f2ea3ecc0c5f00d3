#include "http/ss_params.h"

/* The first byte that stands for another one, or text.len. */
static size_t
first_coded(ss_str_t text)
{
    return ss_index(ss_str(text.data, ss_index(text, '%')), '+');
}

bool
ss_is_escape(ss_str_t text, size_t i)
{
    return text.data[i] == '%' && ss_hex_pair(text, i + 1) >= 0;
}

ss_str_t
ss_form_decode(ss_str_t text, const ss_mem_t *mem)
{
    size_t plain = first_coded(text);
    uint8_t *out, *p;

    if (plain == text.len) {
        return text.data != NULL ? text : SS_STR("");
    }

    out = mem->alloc(mem->ctx, text.len);
    if (out == NULL) {
        return ss_str(NULL, 0);
    }

    memcpy(out, text.data, plain);
    p = out + plain;

    for (size_t i = plain; i < text.len; i++) {
        uint8_t c = text.data[i];
        int decoded = c == '%' ? ss_hex_pair(text, i + 1) : -1;

        if (decoded >= 0) {
            c = (uint8_t) decoded;
            i += 2;
        } else if (c == '+') {
            c = ' ';
        }
        *p++ = c;
    }

    return ss_str(out, (size_t) (p - out));
}

static bool
form_safe(uint8_t c)
{
    return ss_is_alnum(c) || (c != '\0' && strchr("-._*", c) != NULL);
}

void
ss_percent_encode(ss_buf_t *buf, unsigned char c)
{
    static const char digits[] = "0123456789ABCDEF";

    ss_buf_addc(buf, '%');
    ss_buf_addc(buf, (uint8_t) digits[c >> 4]);
    ss_buf_addc(buf, (uint8_t) digits[c & 15]);
}

void
ss_form_encode(ss_buf_t *buf, ss_str_t text)
{
    for (size_t i = 0; i < text.len; i++) {
        size_t start = i;
        uint8_t c;

        while (i < text.len && form_safe(text.data[i])) {
            i++;
        }

        ss_buf_add(buf, ss_str(text.data + start, i - start));
        if (i == text.len) {
            return;
        }

        c = text.data[i];
        if (c == ' ') {
            ss_buf_addc(buf, '+');
        } else {
            ss_percent_encode(buf, c);
        }
    }
}

/* Splits a piece at its first "="; the parts are yet to be decoded. */
static void
split_piece(ss_param_t *param, ss_str_t raw)
{
    size_t equals;

    param->raw = raw;
    raw = ss_skip(raw, param->blanks);
    equals = ss_index(raw, '=');
    param->bare = equals == raw.len;
    param->name = ss_str(raw.data, equals);
    param->value = ss_skip(raw, equals < raw.len ? equals + 1 : equals);
}

static int
decode_piece(ss_param_t *param, const ss_mem_t *mem)
{
    param->name = ss_form_decode(param->name, mem);
    param->value = ss_form_decode(param->value, mem);

    return param->name.data != NULL && param->value.data != NULL ? SS_OK
                                                                 : SS_ERR_NOMEM;
}

int
ss_form_piece(ss_param_t *param, ss_str_t raw, const ss_mem_t *mem)
{
    param->blanks = 0;
    split_piece(param, raw);

    return decode_piece(param, mem);
}

/* How many blanks a piece begins with. */
static size_t
count_blanks(ss_str_t piece)
{
    size_t n = 0;

    while (n < piece.len && piece.data[n] == ' ') {
        n++;
    }

    return n;
}

int
ss_form_read(ss_params_t *params, ss_str_t form, bool in_query,
             const ss_mem_t *mem)
{
    bool coded =
        ss_index(form, '%') < form.len || ss_index(form, '+') < form.len;
    bool more = form.len > 0, first = true;

    while (more && !params->too_many) {
        size_t end = ss_index(form, '&');
        ss_param_t param = { .in_query = in_query };

        /* Rack splits at "&" with any blanks behind it */
        if (!first) {
            param.blanks = count_blanks(ss_str(form.data, end));
        }
        first = false;

        split_piece(&param, ss_str(form.data, end));
        if ((coded && decode_piece(&param, mem) != SS_OK)
            || ss_params_push(params, &param, mem) != SS_OK) {
            return SS_ERR_NOMEM;
        }

        more = end < form.len;
        form = ss_skip(form, more ? end + 1 : end);
    }

    return SS_OK;
}
