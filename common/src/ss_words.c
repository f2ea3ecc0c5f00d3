/*
 * ss_words.c: what several rules ask of a value.
 */

#include "ss_rule.h"

ss_str_t
ss_media_type(ss_str_t content_type)
{
    return ss_trim(ss_str(content_type.data, ss_index(content_type, ';')));
}

/* What an unset variable leaves, in the usual languages. */
static const char *const unset[] = { "undefined", "null", "none", "nil" };

/* What an example asks for. */
static const char *const asked[] = { "YOUR_", "YOUR-" };

/* What a template leaves: it begins so and ends so. */
static const struct {
    const char *begin;
    const char *end;
} brackets[] = {
    { "{", "}" },
    { "<", ">" },
    { "%7B", "%7D" },
    { "%3C", "%3E" },
};

/* What all of these begin with: most values are told by their first byte. */
static bool
may_be_placeholder(ss_str_t value)
{
    static const char begins[] = "uUnN{<%Y";

    return value.len > 0
           && memchr(begins, value.data[0], sizeof(begins) - 1) != NULL;
}

bool
ss_is_placeholder(ss_str_t value)
{
    if (!may_be_placeholder(value)) {
        return false;
    }

    for (size_t i = 0; i < sizeof(unset) / sizeof(unset[0]); i++) {
        if (ss_eq_nocase(value, ss_cstr(unset[i]))) {
            return true;
        }
    }

    for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
        if (ss_starts(value, ss_cstr(asked[i]))) {
            return true;
        }
    }

    /* the whole JSON of an answer has braces too, but is no placeholder */
    if (ss_index(value, '"') < value.len) {
        return false;
    }

    for (size_t i = 0; i < sizeof(brackets) / sizeof(brackets[0]); i++) {
        ss_str_t begin = ss_cstr(brackets[i].begin);
        size_t n = begin.len;

        if (value.len > 2 * n && ss_starts_nocase(value, begin)
            && ss_eq_nocase(ss_skip(value, value.len - n),
                            ss_cstr(brackets[i].end))) {
            return true;
        }
    }

    return false;
}

/* Words of the documentation's own, copied as they are. */
static const char *const copied[] = {
    "account-slug",      "account_slug", "accountslug",
    "your-account-slug", "your-account", "your-slug",
};

bool
ss_is_slug_placeholder(ss_str_t segment)
{
    for (size_t i = 0; i < sizeof(copied) / sizeof(copied[0]); i++) {
        if (ss_eq_nocase(segment, ss_cstr(copied[i]))) {
            return true;
        }
    }

    /* as route patterns have it: /:slug/v1 */
    return ss_is_placeholder(segment)
           || (segment.len > 1 && segment.data[0] == ':');
}
