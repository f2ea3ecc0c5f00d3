#include "http/ss_multipart.h"

#define BOUNDARY_MAX 70 /* RFC 2046, 5.1.1 */

/* Takes the next parameter off a value like "type; a=b; c=\"d;e\"". */
static bool
next_parameter(ss_str_t *rest, ss_str_t *part)
{
    bool quoted = false;
    size_t i = 0;

    if (rest->len == 0) {
        return false;
    }

    while (i < rest->len && (quoted || rest->data[i] != ';')) {
        quoted ^= rest->data[i] == '"';
        i++;
    }

    *part = ss_trim(ss_str(rest->data, i));
    *rest = ss_skip(*rest, i < rest->len ? i + 1 : i);

    return true;
}

/* The value of a parameter, quotes taken off; .data is NULL without one. */
static ss_str_t
header_parameter(ss_str_t value, ss_str_t name)
{
    ss_str_t rest = value, part;

    while (next_parameter(&rest, &part)) {
        if (!ss_starts_nocase(part, name) || part.len == name.len
            || part.data[name.len] != '=') {
            continue;
        }

        part = ss_skip(part, name.len + 1);
        if (part.len >= 2 && part.data[0] == '"'
            && part.data[part.len - 1] == '"') {
            part = ss_str(part.data + 1, part.len - 2);
        }
        return part;
    }

    return ss_str(NULL, 0);
}

/* The position of needle in text, or text.len. */
static size_t
find(ss_str_t text, ss_str_t needle)
{
    for (size_t at = 0; at + needle.len <= text.len; at++) {
        at += ss_index(ss_skip(text, at), needle.data[0]);
        if (at + needle.len <= text.len
            && !memcmp(text.data + at, needle.data, needle.len)) {
            return at;
        }
    }

    return text.len;
}

/* The value of the part's header of this name; empty when it has none. */
static ss_str_t
part_header(ss_str_t headers, ss_str_t name)
{
    ss_str_t rest = headers, line;
    bool more = true;

    while (ss_split(&rest, &more, '\n', &line)) {
        size_t colon = ss_index(line, ':');

        if (colon < line.len && ss_eq_nocase(ss_str(line.data, colon), name)) {
            return ss_trim(ss_skip(line, colon + 1));
        }
    }

    return SS_STR("");
}

/* Text that a form says in the same bytes. */
static bool
is_utf8_text(ss_str_t content_type)
{
    ss_str_t charset = header_parameter(content_type, SS_STR("charset"));

    return charset.data == NULL || ss_eq_nocase(charset, SS_STR("utf-8"))
           || ss_eq_nocase(charset, SS_STR("us-ascii"));
}

/* Names without quotes are tokens (RFC 2045, 5.1). */
static bool
is_bare_odd(ss_str_t name)
{
    for (size_t i = 0; i < name.len; i++) {
        uint8_t c = name.data[i];

        if (c <= ' ' || c >= 0x7F || strchr("()<>@,;:\\\"/[]?=", c) != NULL) {
            return name.data[-1] != '"';
        }
    }

    return false;
}

/* Escapes in names, names or contents in other character sets, contents in
   another coding: no token request has them, and readers differ about them. */
static bool
is_odd(ss_str_t headers, ss_str_t disposition, ss_str_t name)
{
    ss_str_t coding = part_header(headers, SS_STR("Content-Transfer-Encoding"));

    return is_bare_odd(name) || ss_index(disposition, '\\') < disposition.len
           || header_parameter(disposition, SS_STR("name*")).data != NULL
           || !is_utf8_text(part_header(headers, SS_STR("Content-Type")))
           || (coding.len > 0 && !ss_eq_nocase(coding, SS_STR("7bit"))
               && !ss_eq_nocase(coding, SS_STR("8bit"))
               && !ss_eq_nocase(coding, SS_STR("binary")));
}

static int
push_part(ss_params_t *params, ss_str_t part, const ss_mem_t *mem)
{
    size_t blank = find(part, SS_STR("\r\n\r\n"));
    ss_str_t headers, disposition;
    ss_param_t param = { .changed = true };

    if (blank == part.len) {
        params->trouble = "a part of the multipart body has no end of headers";
        return SS_OK;
    }

    headers = ss_str(part.data, blank);
    disposition = part_header(headers, SS_STR("Content-Disposition"));
    param.name = header_parameter(disposition, SS_STR("name"));
    param.value = ss_skip(part, blank + 4);

    if (param.name.data == NULL) {
        params->trouble = "a part of the multipart body has no name";
        return SS_OK;
    }

    if (is_odd(headers, disposition, param.name)) {
        params->trouble = "a part of the multipart body is encoded";
        return SS_OK;
    }

    if (header_parameter(disposition, SS_STR("filename")).data != NULL
        || header_parameter(disposition, SS_STR("filename*")).data != NULL) {
        params->trouble = "the multipart body has a file";
        return SS_OK;
    }

    return ss_params_push(params, &param, mem);
}

int
ss_multipart_params(ss_params_t *params, ss_str_t body, ss_str_t content_type,
                    const ss_mem_t *mem)
{
    uint8_t line[BOUNDARY_MAX + 4] = "\r\n--";
    ss_str_t boundary = header_parameter(content_type, SS_STR("boundary"));
    ss_str_t delimiter = ss_str(line, boundary.len + 4);
    int rc = SS_OK;

    params->trouble = "the multipart body does not end as its header says";

    if (boundary.len == 0 || boundary.len > BOUNDARY_MAX) {
        return SS_OK;
    }
    memcpy(line + 4, boundary.data, boundary.len);

    /* the first delimiter may stand at the very beginning */
    if (ss_starts(body, ss_skip(delimiter, 2))) {
        body = ss_skip(body, delimiter.len - 2);
    } else {
        size_t at = find(body, delimiter);

        if (at == body.len) {
            return SS_OK;
        }
        body = ss_skip(body, at + delimiter.len);
    }

    while (ss_starts(body, SS_STR("\r\n"))) {
        size_t end;

        body = ss_skip(body, 2);
        end = find(body, delimiter);
        if (end == body.len) {
            return SS_OK;
        }

        params->trouble = NULL;
        rc = push_part(params, ss_str(body.data, end), mem);
        if (rc != SS_OK || params->trouble != NULL || params->too_many) {
            return rc;
        }

        params->trouble = "the multipart body does not end as its header says";
        body = ss_skip(body, end + delimiter.len);
    }

    if (ss_starts(body, SS_STR("--"))) {
        params->trouble = NULL;
    }

    return rc;
}
