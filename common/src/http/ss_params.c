#include "http/ss_params.h"

#include "json/ss_json.h"
#include "http/ss_multipart.h"
#include "check/ss_rule.h"
#include "text/ss_utf8.h"

/* A name, and then "=". */
static bool
looks_like_form(ss_str_t text)
{
    size_t equals = ss_index(text, '=');

    for (size_t i = 0; i < equals; i++) {
        uint8_t c = text.data[i];

        if (!ss_is_alnum(c) && c != '_' && c != '-' && c != '.' && c != '%') {
            return false;
        }
    }

    return equals > 0 && equals < text.len;
}

/* PowerShell and editors of Windows put a byte order mark before it. */
static bool
begins_json(ss_str_t text)
{
    text = ss_trim(ss_utf8_without_bom(text));

    return text.len > 0 && (text.data[0] == '{' || text.data[0] == '[');
}

/* What the body is, by its header and its first byte. */
static ss_format_t
sniff(ss_str_t body, ss_str_t content_type)
{
    ss_str_t type = ss_media_type(content_type);
    ss_str_t text = ss_trim(body);

    if (text.len == 0) {
        return SS_FORMAT_NONE;
    }

    if (ss_eq_nocase(type, SS_STR("multipart/form-data"))) {
        return SS_FORMAT_MULTIPART;
    }

    if (begins_json(text)) {
        return SS_FORMAT_JSON;
    }

    if (ss_eq_nocase(type, SS_FORM) || looks_like_form(text)) {
        return SS_FORMAT_FORM;
    }

    return SS_FORMAT_UNKNOWN;
}

static int
read_body(ss_params_t *params, ss_str_t body, ss_str_t content_type,
          const ss_mem_t *mem)
{
    switch (params->format) {
    case SS_FORMAT_FORM:
        return ss_form_read(params, body, false, mem);
    case SS_FORMAT_JSON:
        return ss_json_params(params, body, mem);
    case SS_FORMAT_MULTIPART:
        return ss_multipart_params(params, body, content_type, mem);
    case SS_FORMAT_UNKNOWN:
        params->trouble = "the body is neither a form nor JSON";
        return SS_OK;
    case SS_FORMAT_NONE:
        break;
    }

    return SS_OK;
}

/* A form may begin with a bracket; where the header says that it is one, only
   what is JSON is taken for it. Without a "=" it is neither, and broken JSON
   the likelier. */
static bool
is_form_after_all(const ss_params_t *params, ss_str_t body,
                  ss_str_t content_type)
{
    return params->trouble == ss_json_malformed
           && ss_eq_nocase(ss_media_type(content_type), SS_FORM)
           && ss_index(body, '=') < body.len;
}

int
ss_params_read(ss_params_t *params, const ss_request_t *request,
               ss_str_t content_type, const ss_mem_t *mem)
{
    int rc;

    *params = (ss_params_t){ .format = SS_FORMAT_NONE };

    params->query_is_split = ss_index(request->query, ';') < request->query.len;
    rc = ss_form_read(params, request->query, true, mem);
    if (rc != SS_OK || params->too_many) {
        return rc;
    }

    if (request->body_state == SS_BODY_COMPLETE) {
        params->format = sniff(request->body, content_type);
        rc = read_body(params, request->body, content_type, mem);
        if (rc == SS_OK
            && is_form_after_all(params, request->body, content_type)) {
            params->format = SS_FORMAT_FORM;
            params->trouble = NULL;
            rc = ss_form_read(params, request->body, false, mem);
        }
    } else if (request->body_state != SS_BODY_NONE) {
        params->format = SS_FORMAT_UNKNOWN;
    }

    return rc;
}

ss_param_t *
ss_params_find_in(const ss_params_t *params, const char *name, bool in_query)
{
    ss_str_t wanted = ss_cstr(name);

    for (size_t i = 0; i < params->count; i++) {
        ss_param_t *param = &params->items[i];

        if (!param->removed && param->in_query == in_query
            && ss_eq(param->name, wanted)) {
            return param;
        }
    }

    return NULL;
}

ss_param_t *
ss_params_find(const ss_params_t *params, const char *name)
{
    ss_str_t wanted = ss_cstr(name);
    ss_param_t *in_query = NULL;

    for (size_t i = 0; i < params->count; i++) {
        ss_param_t *param = &params->items[i];

        if (param->removed || !ss_eq(param->name, wanted)) {
            continue;
        }

        if (!param->in_query) {
            return param;
        }
        in_query = in_query == NULL ? param : in_query;
    }

    return in_query;
}

ss_str_t
ss_params_value(const ss_params_t *params, const char *name)
{
    const ss_param_t *param = ss_params_find(params, name);

    return param != NULL ? param->value : SS_STR("");
}

bool
ss_param_equal(const ss_param_t *a, const ss_param_t *b)
{
    return a->bare == b->bare && ss_eq(a->name, b->name)
           && ss_eq(a->value, b->value);
}

bool
ss_params_rival(const ss_param_t *param, ss_str_t name)
{
    ss_str_t own = param->name;

    if (ss_index(own, '[') == own.len && ss_index(own, ']') == own.len) {
        return ss_eq(own, name);
    }

    while (own.len > 0 && (own.data[0] == '[' || own.data[0] == ']')) {
        own = ss_skip(own, 1);
    }

    return ss_starts(own, name)
           && (own.len == name.len || own.data[name.len] == '['
               || own.data[name.len] == ']');
}

bool
ss_params_ambiguous(const ss_params_t *params, const char *name)
{
    const ss_param_t *first = ss_params_find(params, name);

    for (size_t i = 0; first != NULL && i < params->count; i++) {
        const ss_param_t *other = &params->items[i];

        if (!other->removed && ss_params_rival(other, first->name)
            && !ss_param_equal(other, first)) {
            return true;
        }
    }

    return false;
}

bool
ss_params_known(const ss_params_t *params)
{
    return params->format != SS_FORMAT_UNKNOWN && params->trouble == NULL
           && !params->too_many;
}

bool
ss_params_writable(const ss_params_t *params)
{
    return ss_params_known(params)
           && (params->convert || params->format == SS_FORMAT_NONE
               || params->format == SS_FORMAT_FORM);
}

bool
ss_param_writable(const ss_params_t *params, const ss_param_t *param)
{
    return param->in_query ? !params->too_many && !params->query_is_split
                           : ss_params_writable(params);
}

bool
ss_params_all_writable(const ss_params_t *params, ss_str_t name, bool *in_body)
{
    bool writable = true;

    *in_body = false;
    for (size_t i = 0; i < params->count; i++) {
        const ss_param_t *param = &params->items[i];

        if (!param->removed && ss_eq(param->name, name)) {
            writable &= ss_param_writable(params, param);
            *in_body |= !param->in_query;
        }
    }

    return writable;
}

int
ss_params_add(ss_params_t *params, const char *name, ss_str_t value,
              const ss_mem_t *mem)
{
    ss_param_t param = {
        .name = ss_cstr(name), .value = value, .changed = true, .added = true
    };

    params->body_changed = true;

    return ss_params_append(params, &param, mem);
}

static void
touch(ss_params_t *params, const ss_param_t *param)
{
    if (param->in_query) {
        params->query_changed = true;
    } else {
        params->body_changed = true;
    }
}

int
ss_params_move(ss_params_t *params, size_t i, const ss_mem_t *mem)
{
    ss_param_t param = params->items[i];

    param.in_query = false;
    ss_params_remove(params, &params->items[i]);
    params->body_changed = true;

    return ss_params_append(params, &param, mem);
}

void
ss_params_set(ss_params_t *params, ss_param_t *param, ss_str_t value)
{
    param->value = value;
    param->bare = false;
    param->changed = true;
    touch(params, param);
}

void
ss_params_set_all(ss_params_t *params, ss_str_t name, ss_str_t value)
{
    for (size_t i = 0; i < params->count; i++) {
        ss_param_t *param = &params->items[i];

        if (!param->removed && ss_eq(param->name, name)) {
            ss_params_set(params, param, value);
        }
    }
}

void
ss_params_remove(ss_params_t *params, ss_param_t *param)
{
    param->removed = true;
    touch(params, param);
}

int
ss_params_respell(ss_params_t *params, ss_param_t *param, ss_str_t raw,
                  const ss_mem_t *mem)
{
    param->changed = false;
    touch(params, param);

    return ss_form_piece(param, raw, mem);
}

static void
write_param(ss_buf_t *buf, const ss_param_t *param, bool first)
{
    if (param->changed) {
        ss_form_encode(buf, param->name);
        ss_buf_addc(buf, '=');
        ss_form_encode(buf, param->value);
    } else {
        /* before the first one they are a part of its name */
        ss_buf_add(buf, ss_skip(param->raw, first ? param->blanks : 0));
    }
}

int
ss_params_write(const ss_params_t *params, bool query, const ss_mem_t *mem,
                ss_str_t *text)
{
    bool first = true;
    ss_buf_t buf;

    ss_buf_init(&buf, mem);

    for (int added = 0; added < 2; added++) {
        for (size_t i = 0; i < params->count; i++) {
            const ss_param_t *param = &params->items[i];

            if (param->removed || param->in_query != query
                || param->added != (added == 1)) {
                continue;
            }

            /* an empty piece has its "&" too */
            if (!first) {
                ss_buf_addc(&buf, '&');
            }
            write_param(&buf, param, first);
            first = false;
        }
    }

    return ss_buf_done(&buf, text);
}
