/*
 * ss_secret_member.c: a secret whose name stands in a place of its own, as
 * Postman, HAR and HTML have it: {"key": "password", "value": "x"},
 * <input name="password" value="x">, <password>x</password>.
 */

#include "secrets/ss_secret_place.h"

#define NAME_MAX 64

/* How far behind a value its name may stand, and how long an element may be
   that is looked through for its end: this bounds the work. */
#define BEHIND_MAX 160
#define ELEMENT_MAX 1024

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static bool
listed(ss_str_t word, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (ss_eq_nocase(word, ss_cstr(list[i]))) {
            return true;
        }
    }

    return false;
}

bool
ss_secret_is_name_member(ss_str_t member)
{
    static const char *const names[] = {
        "name",   "key",      "field",     "param",    "parameter",
        "header", "variable", "attribute", "property",
    };

    return member.len >= 3 && listed(member, names, COUNT(names));
}

bool
ss_secret_is_value_member(ss_str_t member)
{
    static const char *const values[] = {
        "value",        "val",          "content",
        "initialValue", "currentValue", "defaultValue",
    };

    return member.len >= 3 && listed(member, values, COUNT(values));
}

/* "Training Session" is a title, and no name of a member. */
bool
ss_secret_announces(ss_value_t v)
{
    ss_str_t name;

    if (!ss_secret_value_at(&v)) {
        return false;
    }
    name = ss_str(v.text.data + v.at, v.end - v.at);

    return name.len <= NAME_MAX && ss_index(name, ' ') == name.len
           && ss_secret_name(name);
}

static bool
is_letter(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Reads a word and what may close it; v->at is behind its separator then, which
   is 0 where there is none. */
static ss_str_t
member_at(ss_value_t *v)
{
    size_t start = v->at;
    ss_str_t word;

    while (v->at < v->text.len && is_letter(v->text.data[v->at])) {
        v->at++;
    }
    word = ss_str(v->text.data + start, v->at - start);
    v->separator = 0;

    while (v->at < v->text.len) {
        ss_unit_t unit = ss_unit_at(v->text, v->at);

        if (memchr("\"' \\", unit.c, 4) == NULL) {
            v->separator = unit.c == ':' || unit.c == '=' ? unit.c : 0;
            v->at += v->separator == 0 ? 0 : unit.len;
            break;
        }
        v->at += unit.len;
    }

    return word;
}

bool
ss_secret_named_behind(ss_value_t v)
{
    size_t end;

    if (!ss_secret_value_at(&v)) {
        return false;
    }

    v.at = v.end;
    v.opened = 0;
    end = v.text.len - v.at < BEHIND_MAX ? v.text.len : v.at + BEHIND_MAX;
    while (v.at < end) {
        ss_unit_t unit = ss_unit_at(v.text, v.at);

        if (memchr("{}<>\0", unit.c, 5) != NULL) {
            return false;
        }
        if (is_letter(unit.c) && unit.len == 1) {
            ss_str_t member = member_at(&v);

            if (v.separator != 0 && ss_secret_is_name_member(member)) {
                return ss_secret_announces(v);
            }
        } else {
            v.at += unit.len;
        }
    }

    return false;
}

/* Whether two characters, each as it is meant, stand there. */
static bool
closes(ss_str_t text, size_t at)
{
    ss_unit_t unit = ss_unit_at(text, at);

    return unit.c == '<' && at + unit.len < text.len
           && ss_unit_at(text, at + unit.len).c == '/';
}

/* The name of an element is its first word. */
static bool
is_secret_tag(ss_str_t text, size_t tag, size_t at)
{
    size_t end = tag;

    while (end < at && !ss_is_blank(ss_unit_at(text, end).c)
           && ss_unit_at(text, end).c != '/') {
        end += ss_unit_at(text, end).len;
    }

    return end > tag && end - tag <= NAME_MAX
           && ss_secret_name(ss_str(text.data + tag, end - tag));
}

bool
ss_secret_element_at(ss_str_t text, size_t tag, size_t at, bool announced,
                     ss_str_t *secret)
{
    size_t start, end, max;

    if (at >= text.len) {
        return false;
    }
    start = at + ss_unit_at(text, at).len;
    if (!announced && !is_secret_tag(text, tag, at)) {
        return false;
    }

    max = text.len - start < ELEMENT_MAX ? text.len : start + ELEMENT_MAX;
    for (end = start; end < max && !closes(text, end);) {
        end += ss_unit_at(text, end).len;
    }
    *secret = ss_str(text.data + start, end < max ? end - start : 0);

    return secret->len > 0;
}
