#include "interposer/answer/show.h"

#include <string.h>

#include "interposer/request/request.h"

ss_str_t
show_clean(ss_str_t bytes, const ss_mem_t *mem)
{
    ss_str_t text;

    return ss_printable(bytes, mem, &text) == SS_OK ? text : text_of("");
}

static ss_str_t
masked_form(ss_str_t form, const ss_mem_t *mem)
{
    ss_str_t masked;

    return ss_mask_form(form, mem, &masked) == SS_OK ? show_clean(masked, mem)
                                                     : text_of("");
}

ss_str_t
show_header(const ss_header_t *header, const ss_mem_t *mem)
{
    ss_str_t value;

    return ss_mask_header(header->name, header->value, mem, &value) == SS_OK
               ? show_clean(value, mem)
               : text_of("");
}

static ss_str_t
join(const ss_str_t *parts, size_t count, const ss_mem_t *mem)
{
    size_t len = 0;
    uint8_t *text;

    for (size_t i = 0; i < count; i++) {
        len += parts[i].len;
    }

    text = mem->alloc(mem->ctx, len + 1);
    if (text == NULL) {
        return text_of("");
    }

    len = 0;
    for (size_t i = 0; i < count; i++) {
        if (parts[i].len > 0) {
            memcpy(text + len, parts[i].data, parts[i].len);
        }
        len += parts[i].len;
    }

    return (ss_str_t){ text, len };
}

static ss_str_t
masked_path(ss_str_t path, const ss_mem_t *mem)
{
    ss_str_t masked;

    return ss_mask_line(path, mem, &masked) == SS_OK ? show_clean(masked, mem)
                                                     : text_of("");
}

ss_str_t
show_url(const ss_request_t *request, const ss_mem_t *mem)
{
    ss_str_t parts[] = {
        show_clean(request->scheme, mem),
        text_of("://"),
        show_clean(request->authority, mem),
        masked_path(request->path, mem),
        text_of(request->query.len > 0 ? "?" : ""),
        masked_form(request->query, mem),
    };

    return join(parts, sizeof(parts) / sizeof(parts[0]), mem);
}

ss_str_t
show_body(const ss_request_t *request, ss_kind_t kind, const ss_mem_t *mem)
{
    ss_str_t type =
        header_value(request->headers, request->header_count, "Content-Type");
    ss_str_t shown;

    if (request->body_state == SS_BODY_TOO_LARGE
        || request->body_state == SS_BODY_UNREAD) {
        return text_of("(a body that is not shown)");
    }

    return request->body.len > 0
                   && ss_mask_body(request->body, type, kind, mem, &shown)
                          == SS_OK
               ? show_clean(shown, mem)
               : text_of("");
}
