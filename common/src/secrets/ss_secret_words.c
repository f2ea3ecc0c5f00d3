/*
 * ss_secret_words.c: words that say more, or less, about what follows them than
 * the name of a secret does.
 */

#include "secrets/ss_secret_place.h"

/* The second word of "session id: x", "auth code: x". */
bool
ss_secret_is_second_word(ss_str_t word)
{
    static const char *const words[] = { "id",     "code",   "phrase", "key",
                                         "number", "string", "answer", "word" };

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (ss_eq_nocase(word, ss_cstr(words[i]))) {
            return true;
        }
    }

    return false;
}

/* The code of a JSON:API error, "105", "422"; those of OAuth are longer. */
bool
ss_secret_is_error_code(ss_str_t name, ss_str_t value)
{
    unsigned number;

    return value.len <= 3 && ss_eq_nocase(name, SS_STR("code"))
           && ss_whole_number(value, &number);
}

/* A header ends with its line, and so does a phrase of several words. */
bool
ss_secret_is_whole_line(ss_str_t name)
{
    return ss_has_part(name, "auth") || ss_has_part(name, "cookie")
           || ss_has_part(name, "phrase") || ss_has_part(name, "mnemonic");
}

/* What may have an "@" behind its colon and no password. */
bool
ss_secret_is_address(ss_str_t name)
{
    static const char *const names[] = {
        "mailto", "acct", "sip", "sips", "xmpp", "email", "mail",
        "to",     "from", "cc",  "bcc",  "user", "login", "username",
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (ss_eq_nocase(name, ss_cstr(names[i]))) {
            return true;
        }
    }

    return false;
}

/* The scheme itself says what is missing or wrong, and is shown. */
ss_str_t
ss_secret_behind_scheme(ss_str_t value)
{
    size_t n = 0;

    while (n < value.len && ss_is_alnum(value.data[n])) {
        n++;
    }
    if (!ss_secret_scheme(ss_str(value.data, n))) {
        return value;
    }

    while (n < value.len) {
        ss_unit_t unit = ss_unit_at(value, n);

        if (!ss_is_blank(unit.c) && unit.c != '+') {
            break;
        }
        n += unit.len;
    }

    return ss_skip(value, n);
}

/* --- options of commands -------------------------------------------------- */

bool
ss_secret_is_option(ss_str_t text, ss_str_t word)
{
    const uint8_t *p = word.data;

    return word.len > 1 && *p == '-'
           && (p == text.data || ss_is_blank(p[-1]) || p[-1] == '"'
               || p[-1] == '\'' || p[-1] == '`');
}

bool
ss_secret_is_user_option(ss_str_t text, ss_str_t word)
{
    static const char *const options[] = {
        "-u",     "-U",           "-E",           "-b",
        "--user", "--proxy-user", "--proxy-cert", "--cert",
    };

    for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
        if (ss_eq(word, ss_cstr(options[i]))) {
            return ss_secret_is_option(text, word);
        }
    }

    return false;
}

bool
ss_secret_has_user_option(ss_str_t text, ss_str_t word)
{
    return (ss_starts(word, SS_STR("-u")) || ss_starts(word, SS_STR("-U"))
            || ss_starts(word, SS_STR("-E")))
           && ss_secret_is_option(text, word);
}
