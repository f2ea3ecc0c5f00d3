#include "ss_multipart.h"

#define BOUNDARY_MAX 70 /* RFC 2046, 5.1.1 */

/* The value of parameter name in "type; a=b; c=\"d\"", quotes taken off. Files
   and field names with escaped quotes are not for token requests. */
static ss_str_t
header_parameter(ss_str_t value, ss_str_t name)
{
    ss_str_t rest = value, part;
    bool more = true;

    while (ss_split(&rest, &more, ';', &part)) {
        part = ss_trim(part);
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

static int
push_part(ss_params_t *params, ss_str_t part, const ss_mem_t *mem)
{
    size_t blank = find(part, SS_STR("\r\n\r\n"));
    ss_str_t disposition;
    ss_param_t param = { .changed = true };

    if (blank == part.len) {
        params->trouble = "a part of the multipart body has no end of headers";
        return SS_OK;
    }

    disposition =
        part_header(ss_str(part.data, blank), SS_STR("Content-Disposition"));
    param.name = header_parameter(disposition, SS_STR("name"));
    param.value = ss_skip(part, blank + 4);

    if (param.name.data == NULL) {
        params->trouble = "a part of the multipart body has no name";
        return SS_OK;
    }

    if (header_parameter(disposition, SS_STR("filename")).data != NULL) {
        params->trouble = "the multipart body has a file";
        return SS_OK;
    }

    return ss_params_push(params, param, mem);
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
