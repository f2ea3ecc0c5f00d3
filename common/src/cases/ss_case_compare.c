/*
 * ss_case_compare.c: what two requests differ in, in words that may be shown.
 */

#include "cases/ss_case.h"

#define SHOWN_BEFORE 60
#define SHOWN 200

/* --- what may be shown -------------------------------------------------- */

static ss_str_t
type_of(const ss_request_t *request)
{
    for (size_t i = 0; i < request->header_count; i++) {
        if (ss_eq_nocase(request->headers[i].name, SS_STR("Content-Type"))) {
            return request->headers[i].value;
        }
    }

    return SS_STR("");
}

static int
show_origin(const ss_request_t *request, const ss_mem_t *mem, ss_str_t *shown)
{
    ss_str_t host = request->authority;
    size_t at = ss_index(host, '@');

    return SS_JOIN(mem, shown, request->scheme, SS_STR("://"),
                   at < host.len ? SS_STR("***") : SS_STR(""),
                   at < host.len ? ss_skip(host, at) : host);
}

static int
show_query(const ss_request_t *request, const ss_mem_t *mem, ss_str_t *shown)
{
    *shown = SS_STR("");

    return request->has_query
                   && (ss_mask_form(request->query, mem, shown) != SS_OK
                       || SS_JOIN(mem, shown, SS_STR("?"), *shown) != SS_OK)
               ? SS_ERR_NOMEM
               : SS_OK;
}

static bool
same_header(const ss_request_t *a, const ss_request_t *b, size_t i)
{
    if (i >= a->header_count || i >= b->header_count) {
        return i >= a->header_count && i >= b->header_count;
    }

    return ss_eq(a->headers[i].name, b->headers[i].name)
           && ss_eq(a->headers[i].value, b->headers[i].value);
}

/* The first header in which two lists differ, or the count of both. */
static size_t
other_header(const ss_request_t *a, const ss_request_t *b)
{
    size_t i = 0;

    while (i < a->header_count && same_header(a, b, i)) {
        i++;
    }

    return i;
}

static int
show_header(const ss_request_t *request, size_t i, const ss_mem_t *mem,
            ss_str_t *shown)
{
    ss_header_t header;
    ss_str_t value;

    *shown = SS_STR("");
    if (i >= request->header_count) {
        return SS_OK;
    }

    header = request->headers[i];

    return ss_mask_header(header.name, header.value, mem, &value) == SS_OK
               ? SS_JOIN(mem, shown, header.name, SS_STR(": "), value)
               : SS_ERR_NOMEM;
}

/* --- the parts ---------------------------------------------------------- */

typedef enum { METHOD, ORIGIN, PATH, QUERY, HEADER, BODY } part_t;

static const struct {
    const char *name;
    unsigned bit;
} parts[SS_PARTS] = {
    [METHOD] = { "method", SS_CASE_TARGET },
    [ORIGIN] = { "origin", SS_CASE_TARGET },
    [PATH] = { "path", SS_CASE_TARGET },
    [QUERY] = { "query", SS_CASE_TARGET },
    [HEADER] = { "header", SS_CASE_HEADERS },
    [BODY] = { "body", SS_CASE_BODY },
};

static bool
same(const ss_request_t *a, const ss_request_t *b, part_t part)
{
    switch (part) {
    case METHOD:
        return ss_eq(a->method, b->method);
    case ORIGIN:
        return ss_eq(a->scheme, b->scheme) && ss_eq(a->authority, b->authority);
    case PATH:
        return ss_eq(a->path, b->path);
    case QUERY:
        return ss_eq(a->query, b->query) && a->has_query == b->has_query;
    case HEADER:
        return same_header(a, b, other_header(a, b));
    default:
        return ss_eq(a->body, b->body);
    }
}

static int
show(const ss_request_t *request, const ss_request_t *other, ss_kind_t kind,
     part_t part, const ss_mem_t *mem, ss_str_t *shown)
{
    switch (part) {
    case METHOD:
        *shown = request->method;
        return SS_OK;
    case ORIGIN:
        return show_origin(request, mem, shown);
    case PATH:
        return ss_mask_line(request->path, mem, shown);
    case QUERY:
        return show_query(request, mem, shown);
    case HEADER:
        return show_header(request, other_header(request, other), mem, shown);
    default:
        return ss_mask_body(request->body, type_of(request), kind, mem, shown);
    }
}

/* --- in bounds ---------------------------------------------------------- */

/* Where the eye must look in a long text: somewhat before the first
   difference. */
static size_t
begin_of(ss_str_t a, ss_str_t b)
{
    size_t i = 0;

    while (i < a.len && i < b.len && a.data[i] == b.data[i]) {
        i++;
    }

    return (a.len <= SHOWN && b.len <= SHOWN) || i < SHOWN_BEFORE
               ? 0
               : i - SHOWN_BEFORE;
}

/* "name text", cut out of the whole. */
static int
say(const char *name, ss_str_t text, size_t begin, const ss_mem_t *mem,
    ss_str_t *said)
{
    ss_str_t cut = ss_skip(text, begin < text.len ? begin : text.len);
    bool more = cut.len > SHOWN;
    ss_str_t clean;

    if (text.len == 0) {
        return SS_JOIN(mem, said, SS_STR("no "), ss_cstr(name));
    }

    cut.len = more ? SHOWN : cut.len;
    if (ss_printable(cut, mem, &clean) != SS_OK) {
        return SS_ERR_NOMEM;
    }

    return SS_JOIN(mem, said, ss_cstr(name), SS_STR(" "),
                   begin > 0 ? SS_STR("...") : SS_STR(""), clean,
                   more ? SS_STR("...") : SS_STR(""));
}

int
ss_request_compare(const ss_request_t *expected, const ss_request_t *found,
                   ss_kind_t kind, unsigned compared, size_t part,
                   const ss_mem_t *mem, ss_unlike_t *unlike)
{
    const char *name = parts[part].name;
    ss_str_t a, b;
    size_t begin;

    if (!(parts[part].bit & compared) || same(expected, found, (part_t) part)) {
        return 1;
    }

    if (show(expected, found, kind, (part_t) part, mem, &a) != SS_OK
        || show(found, expected, kind, (part_t) part, mem, &b) != SS_OK) {
        return SS_ERR_NOMEM;
    }

    begin = begin_of(a, b);
    if (say(name, a, begin, mem, &unlike->expected) != SS_OK) {
        return SS_ERR_NOMEM;
    }

    if (ss_eq(a, b)) {
        unlike->found = SS_STR("another one; what differs is not shown");
        return 0;
    }

    return say(name, b, begin, mem, &unlike->found) == SS_OK ? 0 : SS_ERR_NOMEM;
}
