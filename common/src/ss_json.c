#include "ss_json.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>

#include "ss_utf8.h"

const char ss_json_malformed[] = "the body is not a well-formed JSON object";

/* jansson takes a want of memory for bad text, or drops a character; only
   malloc's errno tells (but not when a number follows the lost character:
   reading that resets errno). */
static json_t *
load_object(ss_str_t json, bool *nomem)
{
    int saved = errno;
    json_t *root;

    errno = 0;
    root = json_loadb((const char *) json.data, json.len,
                      JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
    *nomem = errno == ENOMEM;
    errno = saved;

    if (*nomem) {
        json_decref(root);
        return NULL;
    }

    if (root != NULL && !json_is_object(root)) {
        json_decref(root);
        root = NULL;
    }

    return root;
}

/* Gives the text of a scalar as it would stand in a form. Returns false when
   the value has no such text. */
static bool
scalar_text(const json_t *value, char *number, size_t size, ss_str_t *text)
{
    switch (json_typeof(value)) {
    case JSON_STRING:
        *text = ss_str(json_string_value(value), json_string_length(value));
        return true;
    case JSON_INTEGER:
        snprintf(number, size, "%" JSON_INTEGER_FORMAT,
                 json_integer_value(value));
        *text = ss_cstr(number);
        return true;
    case JSON_TRUE:
        *text = SS_STR("true");
        return true;
    case JSON_FALSE:
        *text = SS_STR("false");
        return true;
    default:
        /* a real would not keep its spelling */
        return false;
    }
}

static int
push_member(ss_params_t *params, const char *key, const json_t *value,
            const ss_mem_t *mem)
{
    ss_param_t param = { .changed = true };
    char number[32];

    if (json_is_null(value)) {
        return SS_OK;
    }

    if (!scalar_text(value, number, sizeof(number), &param.value)) {
        params->trouble = "the JSON has a member that a form cannot carry";
        return SS_OK;
    }

    param.name = ss_dup(mem, ss_cstr(key));
    param.value = ss_dup(mem, param.value);
    if (param.name.data == NULL || param.value.data == NULL) {
        return SS_ERR_NOMEM;
    }

    return ss_params_push(params, &param, mem);
}

int
ss_json_params(ss_params_t *params, ss_str_t json, const ss_mem_t *mem)
{
    const char *key;
    json_t *value, *root;
    bool nomem;
    int rc = SS_OK;

    root = load_object(json, &nomem);
    if (root == NULL) {
        params->trouble = ss_json_malformed;
        return nomem ? SS_ERR_NOMEM : SS_OK;
    }

    json_object_foreach(root, key, value)
    {
        rc = push_member(params, key, value, mem);
        if (rc != SS_OK || params->trouble != NULL || params->too_many) {
            break;
        }
    }

    json_decref(root);

    return rc;
}

int
ss_json_string(ss_str_t json, const char *name, const ss_mem_t *mem,
               ss_str_t *value)
{
    json_t *root, *member;
    bool nomem;
    int rc = SS_OK;

    *value = SS_STR("");

    root = load_object(json, &nomem);
    if (root == NULL) {
        return nomem ? SS_ERR_NOMEM : SS_OK;
    }

    member = json_object_get(root, name);
    if (json_is_string(member)) {
        *value = ss_dup(
            mem, ss_str(json_string_value(member), json_string_length(member)));
        rc = value->data == NULL ? SS_ERR_NOMEM : SS_OK;
    }

    json_decref(root);

    return rc;
}

static void
quote_control(ss_buf_t *buf, uint8_t c)
{
    char escape[8];

    snprintf(escape, sizeof(escape), "\\u%04x", c);
    ss_buf_adds(buf, escape);
}

void
ss_json_quote(ss_buf_t *buf, ss_str_t text)
{
    ss_buf_addc(buf, '"');

    while (text.len > 0) {
        size_t n = ss_utf8_length(text);
        uint8_t c = text.data[0];

        if (n == 0) {
            ss_buf_adds(buf, "\xEF\xBF\xBD");
            n = 1;
        } else if (c == '"' || c == '\\') {
            ss_buf_addc(buf, '\\');
            ss_buf_addc(buf, c);
        } else if (c < 0x20 || c == 0x7f) {
            quote_control(buf, c);
        } else {
            ss_buf_add(buf, ss_str(text.data, n));
        }
        text = ss_skip(text, n);
    }

    ss_buf_addc(buf, '"');
}
