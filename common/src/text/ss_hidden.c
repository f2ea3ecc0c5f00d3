#include "text/ss_hidden.h"

#include "text/ss_utf8.h"

/* Blanks, line ends, quotes, and what Unicode calls default ignorable, by their
   code points. */
static const ss_hidden_t hidden[] = {
    { 0x0000, 0x0008, "a control character", false },
    { 0x0009, 0x0009, "a tab", false },
    { 0x000A, 0x000D, "a line end", false },
    { 0x000E, 0x001F, "a control character", false },
    { 0x0020, 0x0020, "a blank", true },
    { 0x007F, 0x0084, "a control character", false },
    { 0x0085, 0x0085, "a line end", false },
    { 0x0086, 0x009F, "a control character", false },
    { 0x00A0, 0x00A0, "a no-break space", false },
    { 0x00AB, 0x00AB, "a smart quote", true },
    { 0x00AD, 0x00AD, "a soft hyphen", false },
    { 0x00BB, 0x00BB, "a smart quote", true },
    { 0x034F, 0x034F, "an invisible character", false },
    { 0x061C, 0x061C, "a direction mark", true },
    { 0x115F, 0x1160, "an invisible character", false },
    { 0x1680, 0x1680, "a wide blank", false },
    { 0x17B4, 0x17B5, "an invisible character", false },
    { 0x180B, 0x180F, "an invisible character", true },
    { 0x2000, 0x2006, "a wide blank", false },
    { 0x2007, 0x2007, "a no-break space", false },
    { 0x2008, 0x200A, "a thin blank", false },
    { 0x200B, 0x200B, "a zero-width space", false },
    { 0x200C, 0x200C, "a zero-width non-joiner", true },
    { 0x200D, 0x200D, "a zero-width joiner", true },
    { 0x200E, 0x200F, "a direction mark", true },
    { 0x2018, 0x201F, "a smart quote", true },
    { 0x2028, 0x2029, "a line end", false },
    { 0x202A, 0x202E, "a direction mark", true },
    { 0x202F, 0x202F, "a no-break space", false },
    { 0x2039, 0x203A, "a smart quote", true },
    { 0x205F, 0x205F, "a thin blank", false },
    { 0x2060, 0x2060, "a word joiner", false },
    { 0x2061, 0x2065, "an invisible character", false },
    { 0x2066, 0x2069, "a direction mark", true },
    { 0x206A, 0x206F, "an invisible character", false },
    { 0x3000, 0x3000, "a wide blank", true },
    { 0x3164, 0x3164, "an invisible character", false },
    /* those that choose an emoji's or a letter's form */
    { 0xFE00, 0xFE0F, "a variation selector", true },
    { 0xFEFF, 0xFEFF, "a byte order mark", false },
    { 0xFFA0, 0xFFA0, "an invisible character", false },
    { 0xFFF0, 0xFFFB, "an invisible character", false },
    /* flags are written with them */
    { 0xE0000, 0xE0FFF, "an invisible character", true },
};

#define HIDDEN (sizeof(hidden) / sizeof(hidden[0]))

/* Letters, digits and nearly all punctuation: no hidden character begins or
   ends with such a byte. */
static bool
is_plain(uint8_t c)
{
    return c > ' ' && c < 0x7F;
}

const ss_hidden_t *
ss_hidden_first(ss_str_t text)
{
    uint32_t code;

    if (text.len == 0 || is_plain(text.data[0]) || ss_utf8_length(text) == 0) {
        return NULL;
    }

    code = ss_utf8_code(text);
    for (size_t i = 0; i < HIDDEN && code >= hidden[i].first; i++) {
        if (code <= hidden[i].last) {
            return &hidden[i];
        }
    }

    return NULL;
}

/* The character at the end of a text, or nothing when it is none. */
static ss_str_t
last_character(ss_str_t text)
{
    size_t n = 1;

    while (n < 4 && n < text.len && (text.data[text.len - n] & 0xC0) == 0x80) {
        n++;
    }
    text = ss_skip(text, text.len - n);

    return ss_utf8_length(text) == n ? text : ss_str(text.data, 0);
}

const ss_hidden_t *
ss_hidden_last(ss_str_t text)
{
    if (text.len == 0 || is_plain(text.data[text.len - 1])) {
        return NULL;
    }

    return ss_hidden_first(last_character(text));
}

const ss_hidden_t *
ss_hidden_inside(ss_str_t text, bool words)
{
    for (size_t i = 0; i < text.len; i++) {
        const ss_hidden_t *found;

        if (is_plain(text.data[i])) {
            continue;
        }

        found = ss_hidden_first(ss_skip(text, i));
        if (found != NULL && !(words && found->in_words)) {
            return found;
        }
    }

    return NULL;
}

bool
ss_is_quoted(ss_str_t text)
{
    return text.len > 1 && (text.data[0] == '"' || text.data[0] == '\'')
           && text.data[text.len - 1] == text.data[0];
}

ss_str_t
ss_hidden_trim(ss_str_t text)
{
    size_t len;

    do {
        len = text.len;

        while (ss_hidden_first(text) != NULL) {
            text = ss_skip(text, ss_utf8_length(text));
        }
        while (ss_hidden_last(text) != NULL) {
            text.len -= last_character(text).len;
        }
        if (ss_is_quoted(text)) {
            text = ss_str(text.data + 1, text.len - 2);
        }
    } while (text.len < len);

    return text;
}
