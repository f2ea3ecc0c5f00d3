/*
 * ss_secret_letters.c: letters of names that are no ASCII ones. A name with a
 * Cyrillic "a" in it, or in fullwidth letters, is read as it looks; words of
 * other scripts are compared as they are.
 */

#include "text/ss_letters.h"
#include "secrets/ss_secret.h"
#include "text/ss_utf8.h"

#define BYTES_MAX 4

/* The bytes of a character, which may be encoded one by one. Returns how much
   of the text they take, or 0 when they are not UTF-8. */
static size_t
character_at(ss_str_t text, size_t at, uint8_t *bytes, size_t *count)
{
    size_t start = at, n = 0;

    while (at < text.len && n < BYTES_MAX) {
        ss_unit_t unit = ss_unit_at(text, at);

        if (unit.c < 0x80 || (n > 0 && (unit.c & 0xC0) != 0x80)) {
            break;
        }
        bytes[n++] = unit.c;
        at += unit.len;
    }

    *count = n;

    return n > 1 && ss_utf8_length(ss_str(bytes, n)) == n ? at - start : 0;
}

/* An accent is one thing that a name is written with and without. */
static uint8_t
without_accent(uint32_t code)
{
    static const char latin[] = "AAAAAAACEEEEIIIIDNOOOOO*OUUUUYTs"
                                "aaaaaaaceeeeiiiidnooooo*ouuuuyty";

    if (code >= 0xC0 && code <= 0xFF) {
        return (uint8_t) latin[code - 0xC0];
    }

    return code == 0x0141 || code == 0x0142 ? 'l' : 0;
}

ss_unit_t
ss_secret_letter_at(ss_str_t text, size_t at, ss_unit_t unit)
{
    uint8_t bytes[BYTES_MAX];
    size_t count, len = character_at(text, at, bytes, &count);
    ss_str_t character = ss_str(bytes, count);
    ss_letter_t letter;
    uint8_t plain;

    if (len == 0) {
        return unit;
    }

    plain = without_accent(ss_utf8_code(character));
    letter = ss_letter_next(&character);
    if (plain == 0 && letter.ascii[0] != '\0' && letter.ascii[1] == '\0') {
        plain = (uint8_t) letter.ascii[0];
    }
    if (plain != 0) {
        unit.len = len;
        unit.c = plain;
    }

    return unit;
}

ss_unit_t
ss_secret_separator_at(ss_str_t text, size_t at, ss_unit_t unit)
{
    static const struct {
        uint16_t code;
        uint8_t c;
    } wide[] = {
        { 0xFF1D, '=' }, { 0xFE66, '=' }, { 0xFF1A, ':' },
        { 0xFE55, ':' }, { 0xFF06, '&' },
    };
    uint8_t bytes[BYTES_MAX];
    size_t count, len;
    uint32_t code;

    if (unit.c != 0xEF) {
        return unit;
    }

    len = character_at(text, at, bytes, &count);
    code = len > 0 ? ss_utf8_code(ss_str(bytes, count)) : 0;
    for (size_t i = 0; i < sizeof(wide) / sizeof(wide[0]); i++) {
        if (wide[i].code == code) {
            unit.len = len;
            unit.c = wide[i].c;
        }
    }

    return unit;
}

bool
ss_secret_foreign_at(ss_str_t text, size_t at)
{
    /* without what may be a capital letter */
    static const char *const words[] = {
        "ароль",      "АРОЛЬ",    "екрет", "окен",        "ωδικ",
        "パスワード", "密码",     "密碼",  "暗証番号",    "口令",
        "令牌",       "비밀번호", "סיסמ",  "كلمة المرور",
    };

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        const char *p = words[i];

        for (size_t k = at; *p != '\0' && k < text.len; p++) {
            ss_unit_t unit = ss_unit_at(text, k);

            if (unit.c != (uint8_t) *p) {
                break;
            }
            k += unit.len;
        }
        if (*p == '\0') {
            return true;
        }
    }

    return false;
}
