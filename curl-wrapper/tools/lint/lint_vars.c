#include "tools/lint/lint_vars.h"

#include <string.h>

/* of variables in the values of variables */
#define NESTING_MAX 10

#define NAME_MAX_LEN 255 /* longer names are not known */

/* Tells whether a name may go on with this byte. */
static bool
in_name(uint8_t c)
{
    return c != '{' && c != '}' && c != '"' && c != '\r' && c != '\n';
}

size_t
vars_at(ss_str_t text, size_t i)
{
    size_t n = i + 2;

    if (n >= text.len || text.data[i] != '{' || text.data[i + 1] != '{') {
        return 0;
    }

    while (n < text.len && in_name(text.data[n])) {
        n++;
    }

    return n > i + 2 && n + 1 < text.len && text.data[n] == '}'
                   && text.data[n + 1] == '}'
               ? n + 2 - i
               : 0;
}

size_t
vars_find(ss_str_t text, size_t *len)
{
    for (size_t i = 0; i + 4 < text.len; i++) {
        const uint8_t *brace = memchr(text.data + i, '{', text.len - i - 4);

        if (brace == NULL) {
            break;
        }

        i = (size_t) (brace - text.data);
        *len = vars_at(text, i);
        if (*len > 0) {
            return i;
        }
    }

    *len = 0;

    return text.len;
}

bool
vars_any(ss_str_t text)
{
    size_t len;

    return vars_find(text, &len) < text.len;
}

ss_str_t
vars_replace(ss_str_t text, const char *word, const ss_mem_t *mem)
{
    text_t out = text_new(mem);
    size_t at, len;

    if (!vars_any(text)) {
        return text;
    }

    while (text.len > 0) {
        at = vars_find(text, &len);
        text_add(&out, str_cut(text, at));
        text_adds(&out, len > 0 ? word : "");
        text = str_skip(text, at + len);
    }

    return text_done(&out);
}

/* The value of "{{name}}"; empty: not known. */
static ss_str_t
look_up(const vars_t *vars, ss_str_t reference)
{
    ss_str_t name =
        str_trim(str_cut(str_skip(reference, 2), reference.len - 4));
    char key[NAME_MAX_LEN + 1] = "";
    json_t *value = NULL;

    if (name.len == 0 || name.len > NAME_MAX_LEN) {
        return SS_STR("");
    }
    memcpy(key, name.data, name.len);

    for (; vars != NULL && value == NULL; vars = vars->outer) {
        value = json_object_get(vars->values, key);
    }

    return json_is_string(value)
               ? (ss_str_t){ (const uint8_t *) json_string_value(value),
                             json_string_length(value) }
               : SS_STR("");
}

static bool
spend(size_t *budget, size_t len)
{
    if (*budget < len + 1) {
        *budget = 0;
        return false;
    }
    *budget -= len + 1;

    return true;
}

static void
resolve(const vars_t *vars, ss_str_t text, unsigned nesting, size_t *budget,
        text_t *out)
{
    size_t at, len;

    while (text.len > 0 && *budget > 0) {
        ss_str_t reference, value;

        at = vars_find(text, &len);
        text_add(out, str_cut(text, at));
        reference = str_cut(str_skip(text, at), len);
        value = len > 0 ? look_up(vars, reference) : SS_STR("");
        text = str_skip(text, at + len);

        if (value.len == 0 || nesting == 0) {
            text_add(out, reference);
        } else if (spend(budget, value.len)) {
            resolve(vars, value, nesting - 1, budget, out);
        }
    }
}

ss_str_t
vars_resolve(const vars_t *vars, ss_str_t text, size_t *budget,
             const ss_mem_t *mem)
{
    text_t out = text_new(mem);

    if (!vars_any(text)) {
        return text;
    }

    resolve(vars, text, NESTING_MAX, budget, &out);

    return text_done(&out);
}
