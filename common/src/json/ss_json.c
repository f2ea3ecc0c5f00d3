#include "json/ss_json.h"

#include <stdio.h>

#include "json/ss_scan.h"
#include "text/ss_utf8.h"

const char ss_json_malformed[] = "the body is not a well-formed JSON object";

/* The scanner could not read all of it: of a text that is no JSON nothing is a
   parameter. */
static void
note_failure(ss_params_t *params, const ss_scan_t *scan, size_t before)
{
    if (scan->error == SS_SCAN_TOO_MANY) {
        params->too_many = true;
    } else {
        params->trouble = ss_json_malformed;
        params->count = before;
    }
}

/* A name with a NUL in it is nobody's. */
static bool
is_name(ss_str_t name)
{
    return name.len == 0 || memchr(name.data, '\0', name.len) == NULL;
}

static const char no_form[] = "the JSON has a member that a form cannot carry";

/* Brackets in a form's name make lists and hashes of it, in JSON they are
   letters. */
static bool
is_form_name(ss_str_t name)
{
    return ss_index(name, '[') == name.len && ss_index(name, ']') == name.len;
}

/* A form has no null: such a member is left out, unless it stands for one of
   the URL, which would then count instead. */
static int
note_null(ss_params_t *params, ss_str_t name, size_t before,
          const ss_mem_t *mem)
{
    ss_str_t text = before > 0 ? ss_scan_decode(name, mem) : SS_STR("");

    if (text.data == NULL) {
        return SS_ERR_NOMEM;
    }

    for (size_t i = 0; i < before; i++) {
        if (ss_eq(params->items[i].name, text)) {
            params->trouble = "the JSON has null for a parameter of the URL";
        }
    }

    return SS_OK;
}

static int
push_member(ss_params_t *params, ss_str_t name, ss_scan_kind_t kind,
            ss_str_t value, size_t before, const ss_mem_t *mem)
{
    ss_param_t param = { .changed = true };

    switch (kind) {
    case SS_SCAN_NULL:
        return note_null(params, name, before, mem);
    case SS_SCAN_STRING:
        param.value = ss_scan_decode(value, mem);
        break;
    case SS_SCAN_INTEGER:
    case SS_SCAN_TRUE:
    case SS_SCAN_FALSE:
        param.value = value;
        break;
    default:
        /* what a real would be in a form is anybody's guess */
        params->trouble = no_form;
        return SS_OK;
    }

    param.name = ss_scan_decode(name, mem);
    if (param.name.data == NULL || param.value.data == NULL) {
        return SS_ERR_NOMEM;
    }

    if (!is_name(param.name)) {
        params->trouble = ss_json_malformed;
        return SS_OK;
    }

    /* -0 is 0 to whoever reads it as a number */
    if (!is_form_name(param.name)
        || (kind == SS_SCAN_INTEGER && ss_eq(value, SS_STR("-0")))) {
        params->trouble = no_form;
        return SS_OK;
    }

    return ss_params_push(params, &param, mem);
}

/* Goes to the next member of the object at depth 1. Returns false behind the
   last one; scan->error says whether the text was well-formed. */
static bool
next_member(ss_scan_t *scan, ss_str_t *name, ss_scan_kind_t *kind,
            ss_str_t *value)
{
    if (ss_scan_next(scan, name) != SS_SCAN_NAME) {
        ss_scan_next(scan, name);
        return false;
    }

    *kind = ss_scan_next(scan, value);

    return ss_scan_skip(scan, *kind) != SS_SCAN_FAILED;
}

static bool
open_object(ss_scan_t *scan, ss_str_t json)
{
    ss_str_t token;

    ss_scan_init(scan, ss_utf8_without_bom(json));

    return ss_scan_next(scan, &token) == SS_SCAN_OBJECT;
}

int
ss_json_params(ss_params_t *params, ss_str_t json, const ss_mem_t *mem)
{
    size_t before = params->count;
    ss_str_t name, value;
    ss_scan_kind_t kind;
    ss_scan_t scan;
    int rc = SS_OK;

    if (!open_object(&scan, json)) {
        params->trouble = ss_json_malformed;
        return SS_OK;
    }

    /* to the end in any case: a text is JSON as a whole or not at all */
    while (next_member(&scan, &name, &kind, &value)) {
        if (rc == SS_OK && params->trouble == NULL && !params->too_many) {
            rc = push_member(params, name, kind, value, before, mem);
        }
    }

    if (scan.error != SS_SCAN_GOOD) {
        note_failure(params, &scan, before);
    }

    return rc;
}

int
ss_json_string(ss_str_t json, const char *name, const ss_mem_t *mem,
               ss_str_t *value)
{
    ss_str_t found = SS_STR(""), member, text;
    ss_scan_kind_t kind;
    ss_scan_t scan;

    *value = SS_STR("");

    if (!open_object(&scan, json)) {
        return SS_OK;
    }

    while (next_member(&scan, &member, &kind, &text)) {
        if (kind == SS_SCAN_STRING && ss_scan_is(member, ss_cstr(name))) {
            found = text;
        }
    }

    if (scan.error == SS_SCAN_GOOD) {
        *value = ss_scan_decode(found, mem);
    }

    return value->data == NULL ? SS_ERR_NOMEM : SS_OK;
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
