#include "text/ss_str.h"

int
ss_hex(unsigned char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }

    c = ss_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int
ss_hex_pair(ss_str_t text, size_t at)
{
    int high = at + 1 < text.len ? ss_hex(text.data[at]) : -1;
    int low = high >= 0 ? ss_hex(text.data[at + 1]) : -1;

    return low >= 0 ? high << 4 | low : -1;
}

bool
ss_starts_nocase(ss_str_t s, ss_str_t prefix)
{
    /* most texts come as they are usually spelt */
    if (ss_starts(s, prefix)) {
        return true;
    }

    if (s.len < prefix.len) {
        return false;
    }

    for (size_t i = 0; i < prefix.len; i++) {
        if (s.data[i] != prefix.data[i]
            && ss_lower(s.data[i]) != ss_lower(prefix.data[i])) {
            return false;
        }
    }

    return true;
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

ss_str_t
ss_trim(ss_str_t s)
{
    while (s.len > 0 && ss_is_blank(s.data[0])) {
        s = ss_skip(s, 1);
    }

    while (s.len > 0 && ss_is_blank(s.data[s.len - 1])) {
        s.len--;
    }

    return s;
}

bool
ss_split(ss_str_t *rest, bool *more, unsigned char separator, ss_str_t *part)
{
    size_t at;

    if (!*more) {
        return false;
    }

    at = ss_index(*rest, separator);
    *part = ss_str(rest->data, at);
    *more = at < rest->len;
    *rest = ss_skip(*rest, *more ? at + 1 : at);

    return true;
}

bool
ss_has_digit(ss_str_t text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] >= '0' && text.data[i] <= '9') {
            return true;
        }
    }

    return false;
}

bool
ss_whole_number(ss_str_t text, unsigned *number)
{
    *number = 0;

    for (size_t i = 0; i < text.len; i++) {
        unsigned digit = (unsigned) text.data[i] - '0';

        if (digit > 9) {
            return false;
        }
        *number =
            *number > SS_NUMBER_MAX / 10 ? SS_NUMBER_MAX : *number * 10 + digit;
    }

    return text.len > 0;
}

void *
ss_alloc(const ss_mem_t *mem, size_t count, size_t size)
{
    void *p;

    if (count != 0 && size > SIZE_MAX / count) {
        return NULL;
    }

    p = mem->alloc(mem->ctx, count * size);
    if (p != NULL) {
        memset(p, 0, count * size);
    }

    return p;
}

ss_str_t
ss_dup(const ss_mem_t *mem, ss_str_t s)
{
    /* one byte more, so that an empty string has an address too */
    uint8_t *p = mem->alloc(mem->ctx, s.len + 1);

    if (p == NULL) {
        return ss_str(NULL, 0);
    }

    if (s.len > 0) {
        memcpy(p, s.data, s.len);
    }
    p[s.len] = '\0';

    return ss_str(p, s.len);
}

void
ss_buf_init(ss_buf_t *buf, const ss_mem_t *mem)
{
    *buf = (ss_buf_t){ .mem = mem };
}

static bool
reserve(ss_buf_t *buf, size_t more)
{
    size_t size = buf->size < 64 ? 128 : buf->size * 2;
    uint8_t *data;

    if (buf->failed || more > SIZE_MAX / 4 - buf->len) {
        buf->failed = true;
        return false;
    }

    if (buf->len + more <= buf->size) {
        return true;
    }

    if (size < buf->len + more) {
        size = buf->len + more;
    }

    data = buf->mem->alloc(buf->mem->ctx, size);
    if (data == NULL) {
        buf->failed = true;
        return false;
    }

    if (buf->len > 0) {
        memcpy(data, buf->data, buf->len);
    }
    buf->data = data;
    buf->size = size;

    return true;
}

void
ss_buf_add(ss_buf_t *buf, ss_str_t s)
{
    if (s.len > 0 && reserve(buf, s.len)) {
        memcpy(buf->data + buf->len, s.data, s.len);
        buf->len += s.len;
    }
}

void
ss_buf_addc(ss_buf_t *buf, unsigned char c)
{
    if (reserve(buf, 1)) {
        buf->data[buf->len++] = c;
    }
}

void
ss_buf_adds(ss_buf_t *buf, const char *s)
{
    ss_buf_add(buf, ss_cstr(s));
}

void
ss_buf_addu(ss_buf_t *buf, size_t number)
{
    char digits[24];
    size_t at = sizeof(digits);

    do {
        digits[--at] = (char) ('0' + number % 10);
        number /= 10;
    } while (number > 0);

    ss_buf_add(buf, ss_str(digits + at, sizeof(digits) - at));
}

int
ss_buf_done(const ss_buf_t *buf, ss_str_t *text)
{
    if (buf->failed) {
        *text = ss_str(NULL, 0);
        return SS_ERR_NOMEM;
    }

    *text = buf->len > 0 ? ss_str(buf->data, buf->len) : SS_STR("");
    return SS_OK;
}

int
ss_join(const ss_mem_t *mem, ss_str_t *text, const ss_str_t *parts,
        size_t count)
{
    size_t len = 0;
    uint8_t *p;

    for (size_t i = 0; i < count; i++) {
        len += parts[i].len;
    }

    p = mem->alloc(mem->ctx, len + 1);
    if (p == NULL) {
        return SS_ERR_NOMEM;
    }

    *text = ss_str(p, len);
    for (size_t i = 0; i < count; i++) {
        if (parts[i].len > 0) {
            memcpy(p, parts[i].data, parts[i].len);
            p += parts[i].len;
        }
    }

    return SS_OK;
}
