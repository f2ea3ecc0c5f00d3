#include "mutate.h"

const char *const other_names[OTHER_COUNT] = {
    [OTHER_RIGHT] = "the right one",
    [OTHER_STRANGER] = "another one",
    [OTHER_TYPO] = "a typo",
    [OTHER_LOST] = "a character lost",
    [OTHER_CUT] = "cut short",
    [OTHER_TWICE] = "a character twice",
    [OTHER_TRANSPOSED] = "two transposed",
    [OTHER_CASE] = "a letter's case",
    [OTHER_LOWER] = "all lower case",
    [OTHER_DOUBLED] = "pasted twice",
};

static const char url_safe[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                               "abcdefghijklmnopqrstuvwxyz"
                               "0123456789-_";

bool
is_mixed_up(uint8_t c)
{
    return c != '\0' && strchr("Il1O0", c) != NULL;
}

ss_str_t
with_at(ss_str_t text, size_t at, size_t len, const char *what,
        const ss_mem_t *mem)
{
    ss_buf_t buf;

    ss_buf_init(&buf, mem);
    ss_buf_add(&buf, ss_str(text.data, at));
    ss_buf_adds(&buf, what);
    ss_buf_add(&buf, ss_skip(text, at + len));

    return built(&buf);
}

/* --- right ones --------------------------------------------------------- */

size_t
credential_places(ss_str_t text)
{
    size_t n = 0;

    for (size_t i = 0; i < text.len; i++) {
        n += is_mixed_up(text.data[i]);
    }

    return n;
}

ss_str_t
credential(random_t *random, const ss_mem_t *mem)
{
    uint8_t text[CREDENTIAL_LEN];

    for (size_t i = 0; i < sizeof(text); i++) {
        text[i] = (uint8_t) url_safe[random_roll(random, 64)];
    }

    return copied(mem, ss_str(text, sizeof(text)));
}

ss_str_t
credential_with(random_t *random, size_t places, const ss_mem_t *mem)
{
    uint8_t text[CREDENTIAL_LEN];

    for (size_t i = 0; i < sizeof(text); i++) {
        do {
            text[i] = (uint8_t) url_safe[random_roll(random, 64)];
        } while (is_mixed_up(text[i]));
    }

    for (size_t n = 0; n < places;) {
        size_t i = random_roll(random, sizeof(text));

        if (!is_mixed_up(text[i])) {
            text[i] = (uint8_t) "Il1O0"[random_roll(random, 5)];
            n++;
        }
    }

    return copied(mem, ss_str(text, sizeof(text)));
}

/* --- what is no mutation ------------------------------------------------ */

static uint8_t
shape(uint8_t c)
{
    return c == 'l' || c == '1' ? 'I' : c == '0' ? 'O' : c;
}

static ss_str_t
mistype(random_t *random, ss_str_t text, const ss_mem_t *mem)
{
    size_t at = random_roll(random, (uint32_t) text.len);
    char typed[2] = "";

    do {
        typed[0] = url_safe[random_roll(random, 64)];
    } while (shape((uint8_t) typed[0]) == shape(text.data[at]));

    return with_at(text, at, 1, typed, mem);
}

static ss_str_t
transpose(random_t *random, ss_str_t text, const ss_mem_t *mem)
{
    uint8_t copy[CREDENTIAL_LEN];
    size_t at;

    memcpy(copy, text.data, sizeof(copy));
    do {
        at = random_roll(random, sizeof(copy) - 1);
    } while (shape(copy[at]) == shape(copy[at + 1]));
    copy[at] = text.data[at + 1];
    copy[at + 1] = text.data[at];

    return copied(mem, ss_str(copy, sizeof(copy)));
}

static ss_str_t
cut(random_t *random, ss_str_t text, const ss_mem_t *mem)
{
    size_t n = 1 + random_roll(random, 12);

    return random_roll(random, 2) ? with_at(text, 0, n, "", mem)
                                  : with_at(text, text.len - n, n, "", mem);
}

static bool
is_letter(uint8_t c)
{
    return (unsigned) (c | 0x20) - 'a' < 26u;
}

static ss_str_t
change_case(random_t *random, ss_str_t text, const ss_mem_t *mem)
{
    uint8_t copy[CREDENTIAL_LEN];
    size_t at;

    memcpy(copy, text.data, sizeof(copy));
    do {
        at = random_roll(random, sizeof(copy));
    } while (!is_letter(copy[at]));
    copy[at] ^= 0x20;

    return copied(mem, ss_str(copy, sizeof(copy)));
}

static ss_str_t
lower(ss_str_t text, const ss_mem_t *mem)
{
    uint8_t copy[CREDENTIAL_LEN];

    for (size_t i = 0; i < sizeof(copy); i++) {
        copy[i] = ss_lower(text.data[i]);
    }

    return copied(mem, ss_str(copy, sizeof(copy)));
}

static ss_str_t
twice(ss_str_t text, const ss_mem_t *mem)
{
    uint8_t copy[2 * CREDENTIAL_LEN];

    memcpy(copy, text.data, CREDENTIAL_LEN);
    memcpy(copy + CREDENTIAL_LEN, text.data, CREDENTIAL_LEN);

    return copied(mem, ss_str(copy, sizeof(copy)));
}

ss_str_t
other(random_t *random, other_t how, ss_str_t text, const ss_mem_t *mem)
{
    size_t at = random_roll(random, (uint32_t) text.len);
    char again[2] = { (char) text.data[at], '\0' };

    switch (how) {
    case OTHER_STRANGER:
        return credential(random, mem);
    case OTHER_TYPO:
        return mistype(random, text, mem);
    case OTHER_LOST:
        return with_at(text, at, 1, "", mem);
    case OTHER_TWICE:
        return with_at(text, at, 0, again, mem);
    case OTHER_CUT:
        return cut(random, text, mem);
    case OTHER_TRANSPOSED:
        return transpose(random, text, mem);
    case OTHER_CASE:
        return change_case(random, text, mem);
    case OTHER_LOWER:
        return lower(text, mem);
    case OTHER_DOUBLED:
        return twice(text, mem);
    default:
        return text;
    }
}
