#include "ss_hidden.h"

static const ss_hidden_t hidden[] = {
    { " ", "a blank", true },
    { "\t", "a tab", false },
    { "\r", "a line end", false },
    { "\n", "a line end", false },
    { "\v", "a line end", false },
    { "\f", "a line end", false },
    { "\xC2\xA0", "a no-break space", false },
    { "\xC2\xAD", "a soft hyphen", false },
    { "\xE2\x80\x82", "a wide blank", false },
    { "\xE2\x80\x83", "a wide blank", false },
    { "\xE3\x80\x80", "a wide blank", true },
    { "\xE2\x80\x87", "a no-break space", false },
    { "\xE2\x80\x89", "a thin blank", false },
    { "\xE2\x80\x8A", "a thin blank", false },
    { "\xE2\x80\xAF", "a no-break space", false },
    { "\xE2\x80\xA8", "a line end", false },
    { "\xE2\x80\xA9", "a line end", false },
    { "\xE2\x80\x8E", "a direction mark", true },
    { "\xE2\x80\x8F", "a direction mark", true },
    { "\xE2\x80\xAA", "a direction mark", true },
    { "\xE2\x80\xAB", "a direction mark", true },
    { "\xE2\x80\xAC", "a direction mark", true },
    { "\xE2\x80\xAD", "a direction mark", true },
    { "\xE2\x80\xAE", "a direction mark", true },
    { "\xE2\x81\xA6", "a direction mark", true },
    { "\xE2\x81\xA7", "a direction mark", true },
    { "\xE2\x81\xA8", "a direction mark", true },
    { "\xE2\x81\xA9", "a direction mark", true },
    { "\xE2\x80\x8B", "a zero-width space", false },
    { "\xE2\x80\x8C", "a zero-width non-joiner", true },
    { "\xE2\x80\x8D", "a zero-width joiner", true },
    { "\xE2\x81\xA0", "a word joiner", false },
    { "\xEF\xBB\xBF", "a byte order mark", false },
    { "\xE2\x80\x98", "a smart quote", true },
    { "\xE2\x80\x99", "a smart quote", true },
    { "\xE2\x80\x9A", "a smart quote", true },
    { "\xE2\x80\x9C", "a smart quote", true },
    { "\xE2\x80\x9D", "a smart quote", true },
    { "\xE2\x80\x9E", "a smart quote", true },
};

#define HIDDEN (sizeof(hidden) / sizeof(hidden[0]))

/* Letters, digits and nearly all punctuation: no hidden character begins or
   ends with such a byte. */
static bool
is_plain(uint8_t c)
{
    return c > ' ' && c < 0x80;
}

const ss_hidden_t *
ss_hidden_first(ss_str_t text)
{
    if (text.len == 0 || is_plain(text.data[0])) {
        return NULL;
    }

    for (size_t i = 0; i < HIDDEN; i++) {
        if (ss_starts(text, ss_cstr(hidden[i].bytes))) {
            return &hidden[i];
        }
    }

    return NULL;
}

const ss_hidden_t *
ss_hidden_last(ss_str_t text)
{
    if (text.len == 0 || is_plain(text.data[text.len - 1])) {
        return NULL;
    }

    for (size_t i = 0; i < HIDDEN; i++) {
        if (ss_ends(text, ss_cstr(hidden[i].bytes))) {
            return &hidden[i];
        }
    }

    return NULL;
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
    const ss_hidden_t *at;
    size_t len;

    do {
        len = text.len;

        while ((at = ss_hidden_first(text)) != NULL) {
            text = ss_skip(text, strlen(at->bytes));
        }
        while ((at = ss_hidden_last(text)) != NULL) {
            text.len -= strlen(at->bytes);
        }
        if (ss_is_quoted(text)) {
            text = ss_str(text.data + 1, text.len - 2);
        }
    } while (text.len < len);

    return text;
}
