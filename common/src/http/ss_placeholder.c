/*
 * ss_placeholder.c: what templates and unset variables leave where a value
 * belongs. Requests and rules files ask here.
 */

#include "http/ss_placeholder.h"

#include "http/ss_slug.h"

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

/* What all of these begin with: most values fail at their first byte. */
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
ss_is_variable(ss_str_t value)
{
    return ss_starts(value, SS_STR("$"))
           || (value.len > 2 && ss_starts(value, SS_STR("%"))
               && ss_ends(value, SS_STR("%")));
}

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

/* --- configured values ---------------------------------------------------- */

/* What templates of all kinds have in them. */
static const char *const inside[] = { "${", "$(", "{{",      "}}",
                                      "<%", "#{", "[object " };

/* What others begin and end with: @X@, __X__. */
static const char *const around[] = { "@", "__" };

static bool
has_template(ss_str_t value)
{
    for (size_t i = 0; i < sizeof(inside) / sizeof(inside[0]); i++) {
        if (ss_has_part(value, inside[i])) {
            return true;
        }
    }

    for (size_t i = 0; i < sizeof(around) / sizeof(around[0]); i++) {
        ss_str_t mark = ss_cstr(around[i]);

        if (value.len > 2 * mark.len && ss_starts(value, mark)
            && ss_ends(value, mark)) {
            return true;
        }
    }

    return false;
}

static bool
is_letter(uint8_t c)
{
    return ss_lower(c) >= 'a' && ss_lower(c) <= 'z';
}

/* "$5" is none: names of variables begin with a letter. */
static bool
is_named_variable(ss_str_t value)
{
    return ss_is_variable(value)
           && (value.data[0] != '$'
               || (value.len > 1
                   && (is_letter(value.data[1])
                       || memchr("_{(", value.data[1], 3) != NULL)));
}

/* "none" in small letters is what no language writes, but people do. */
static bool
is_none(ss_str_t value)
{
    return ss_eq(value, SS_STR("none"));
}

bool
ss_is_configured_placeholder(ss_str_t value)
{
    value = ss_trim(value);

    return (ss_is_placeholder(value) && !is_none(value))
           || is_named_variable(value) || has_template(value)
           || ss_starts_nocase(value, SS_STR("YOUR_"))
           || ss_starts_nocase(value, SS_STR("YOUR-"));
}

bool
ss_is_unset_account(ss_str_t account)
{
    return ss_is_slug_placeholder(account) && !is_none(account);
}

const char *
ss_account_problem(ss_str_t account)
{
    ss_str_t value = ss_trim(account);

    if (ss_eq_nocase(value, SS_STR("auto"))) {
        return ss_eq(account, SS_STR("auto"))
                   ? NULL
                   : "write `auto` in small letters, without blanks";
    }

    /* a company may be called "Your IT", so that only what examples have
       counts here */
    if (ss_is_unset_account(value) || is_named_variable(value)
        || has_template(value) || ss_eq(value, SS_STR("~"))) {
        return SS_PLACEHOLDER;
    }

    if (ss_is_reserved(value)) {
        return "this is a reserved word, no account slug: the service has "
               "something else there";
    }

    return ss_account_valid(account)
               ? NULL
               : "account must be `auto` or an account slug: letters, digits, "
                 "\"-\", \"_\", \".\", \"~\"";
}
