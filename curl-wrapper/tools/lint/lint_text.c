#include "tools/lint/lint_text.h"

#include <string.h>

#include "shared/ascii.h"

/* --- slices ------------------------------------------------------------- */

ss_str_t
str_of(const char *s)
{
    return s != NULL ? (ss_str_t){ (const uint8_t *) s, strlen(s) }
                     : SS_STR("");
}

bool
str_is(ss_str_t s, const char *word)
{
    return s.len == strlen(word) && str_begins(s, word);
}

bool
str_is_nocase(ss_str_t s, const char *word)
{
    return s.len == strlen(word) && s.len > 0
           && ascii_same(s.data, word, s.len);
}

bool
str_begins(ss_str_t s, const char *prefix)
{
    size_t n = strlen(prefix);

    return s.len >= n && (n == 0 || memcmp(s.data, prefix, n) == 0);
}

size_t
str_find(ss_str_t s, const char *word)
{
    size_t n = strlen(word);
    const uint8_t *at = s.len < n ? NULL : memmem(s.data, s.len, word, n);

    return at != NULL ? (size_t) (at - s.data) : s.len;
}

ss_str_t
str_skip(ss_str_t s, size_t n)
{
    n = n < s.len ? n : s.len;

    return (ss_str_t){ s.data + n, s.len - n };
}

ss_str_t
str_cut(ss_str_t s, size_t n)
{
    return (ss_str_t){ s.data, n < s.len ? n : s.len };
}

static bool
is_blank(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

ss_str_t
str_trim(ss_str_t s)
{
    while (s.len > 0 && is_blank(*s.data)) {
        s = str_skip(s, 1);
    }

    while (s.len > 0 && is_blank(s.data[s.len - 1])) {
        s.len--;
    }

    return s;
}

ss_str_t
str_copy(ss_str_t s, const ss_mem_t *mem)
{
    return join3(mem, s, SS_STR(""), SS_STR(""));
}

bool
str_line(ss_str_t *rest, ss_str_t *line)
{
    size_t n = str_find(*rest, "\n");

    if (rest->len == 0) {
        return false;
    }

    *line = str_cut(*rest, n);
    *rest = str_skip(*rest, n + 1);
    if (line->len > 0 && line->data[line->len - 1] == '\r') {
        line->len--;
    }

    return true;
}

/* --- text that grows ---------------------------------------------------- */

text_t
text_new(const ss_mem_t *mem)
{
    return (text_t){ .mem = mem };
}

static bool
grow(text_t *text, size_t more)
{
    size_t size = text->size == 0 ? 64 : text->size * 2;
    uint8_t *data;

    while (size - text->len < more) {
        size *= 2;
    }

    data = text->mem->alloc(text->mem->ctx, size);
    if (data == NULL) {
        return false;
    }

    if (text->len > 0) {
        memcpy(data, text->data, text->len);
    }
    text->data = data;
    text->size = size;

    return true;
}

void
text_add(text_t *text, ss_str_t s)
{
    if (s.len == 0 || (text->size - text->len < s.len && !grow(text, s.len))) {
        return;
    }

    memcpy(text->data + text->len, s.data, s.len);
    text->len += s.len;
}

void
text_adds(text_t *text, const char *s)
{
    text_add(text, str_of(s));
}

static void
add_code(text_t *text, uint8_t c)
{
    static const char digits[] = "0123456789ABCDEF";
    uint8_t code[] = { '%', (uint8_t) digits[c >> 4],
                       (uint8_t) digits[c & 15] };

    text_add(text, (ss_str_t){ code, sizeof(code) });
}

void
text_add_escaped(text_t *text, ss_str_t s, const char *also)
{
    for (size_t i = 0; i < s.len; i++) {
        uint8_t c = s.data[i];

        if (c <= ' ' || c >= 0x7f || strchr(also, c) != NULL) {
            add_code(text, c);
        } else {
            text_add(text, (ss_str_t){ &s.data[i], 1 });
        }
    }
}

void
text_add_form(text_t *text, ss_str_t s)
{
    text_add_escaped(text, s, "!\"#$%&'()+,/:;<=>?@[\\]^`{|}~");
}

ss_str_t
text_done(const text_t *text)
{
    return text->data != NULL ? (ss_str_t){ text->data, text->len }
                              : SS_STR("");
}

ss_str_t
join3(const ss_mem_t *mem, ss_str_t a, ss_str_t b, ss_str_t c)
{
    text_t text = text_new(mem);

    /* in one piece */
    if (a.len + b.len + c.len > 0 && !grow(&text, a.len + b.len + c.len)) {
        return SS_STR("");
    }
    text_add(&text, a);
    text_add(&text, b);
    text_add(&text, c);

    return text_done(&text);
}

ss_str_t
base64(ss_str_t s, const ss_mem_t *mem)
{
    ss_str_t text;

    return ss_base64_encode(s, mem, &text) == SS_OK ? text : SS_STR("");
}
