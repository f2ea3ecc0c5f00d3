#include "http/ss_path.h"

#include "http/ss_resources.h"
#include "check/ss_rule.h"
#include "http/ss_slug.h"

/* "." or "..", a dot perhaps as %2e (RFC 3986, 5.2.4 and 6.2.2.2). */
static bool
is_dots(ss_str_t segment)
{
    if (segment.data[0] != '.' && segment.data[0] != '%') {
        return false;
    }

    for (unsigned dots = 0; dots < 2 && segment.len > 0; dots++) {
        if (segment.data[0] == '.') {
            segment = ss_skip(segment, 1);
        } else if (ss_starts_nocase(segment, SS_STR("%2e"))) {
            segment = ss_skip(segment, 3);
        } else {
            return false;
        }
    }

    return segment.len == 0;
}

/* Tells whether a reserved word stands before "v1" or right behind it. */
static bool
is_reserved(const ss_path_t *path)
{
    for (size_t i = 0; i < path->version; i++) {
        if (ss_is_reserved(path->segment[i])) {
            return true;
        }
    }

    return ss_is_reserved(ss_path_segment(path, path->version + 1));
}

static void
find_version(ss_path_t *path)
{
    for (size_t i = 0; i < 3 && i < path->count; i++) {
        if (!ss_eq(path->segment[i], SS_STR("v1"))) {
            continue;
        }

        /* /x/y/v1 is an API path only where x/y is a known mistake */
        if (i < 2 || ss_eq(path->segment[0], path->segment[1])
            || ss_eq(path->segment[1], SS_STR("api"))) {
            path->version = i;
            break;
        }
        return;
    }

    if (path->version < SS_SEGMENTS && is_reserved(path)) {
        path->version = SS_SEGMENTS;
        path->reserved = true;
    }
}

void
ss_path_parse(ss_str_t raw, ss_path_t *path)
{
    const uint8_t *end = ss_skip(raw, raw.len).data, *p = raw.data, *start;

    /* segments behind the count are never read */
    path->raw = raw;
    path->count = 0;
    path->version = SS_SEGMENTS;
    path->double_slash = false;
    path->reserved = false;

    /* no server sees such a path, and nothing can be put before it */
    path->dots = raw.len > 0 && raw.data[0] != '/';

    /* each request comes by here, more than once: one pass, no helpers */
    for (; p < end; p++) {
        start = p;
        while (p < end && *p != '/') {
            p++;
        }

        if (p > start) {
            if (path->count < SS_SEGMENTS) {
                path->segment[path->count] =
                    ss_str(start, (size_t) (p - start));
            }
            path->count++;
            path->dots |= is_dots(ss_str(start, (size_t) (p - start)));
        } else {
            /* a slash behind another one; the first has nothing before it */
            path->double_slash |= start > raw.data;
        }
    }

    find_version(path);
}

ss_str_t
ss_path_segment(const ss_path_t *path, size_t i)
{
    return i < path->count && i < SS_SEGMENTS ? path->segment[i] : SS_STR("");
}

ss_str_t
ss_path_from(const ss_path_t *path, size_t i)
{
    const uint8_t *start = path->segment[i].data;

    /* a path without a slash before its first segment is not ours to judge */
    if (start > path->raw.data) {
        start--;
    }

    return ss_skip(path->raw, (size_t) (start - path->raw.data));
}

bool
ss_path_is_global(const ss_path_t *path)
{
    ss_str_t resource = ss_path_segment(path, path->version + 1);

    return resource.len == 0 || ss_eq(resource, SS_STR("me"))
           || ss_eq(resource, SS_STR("mes"))
           || ss_eq(resource, SS_STR("accounts"));
}

/* API paths that carry no JSON:API document, by resource and what follows. */
static const struct {
    const char *resource;
    const char *action;
    const char *method; /* NULL: any */
    ss_kind_t kind;
} special[] = {
    { "document-templates", "upload", NULL, SS_KIND_FILE },
    { "document-templates", "download", NULL, SS_KIND_FILE },
    { "surveys", "calculate", "PUT", SS_KIND_ACTION },
    { "surveys", "apply", "PUT", SS_KIND_ACTION },
};

/* The kind of an API path with its resource at a segment. */
static ss_kind_t
api_kind(const ss_path_t *path, size_t resource, ss_str_t method)
{
    if (path->count != resource + 3) {
        return SS_KIND_API;
    }

    for (size_t i = 0; i < sizeof(special) / sizeof(special[0]); i++) {
        if (ss_eq(ss_path_segment(path, resource), ss_cstr(special[i].resource))
            && ss_eq(ss_path_segment(path, resource + 2),
                     ss_cstr(special[i].action))
            && (special[i].method == NULL
                || ss_eq(method, ss_cstr(special[i].method)))) {
            return special[i].kind;
        }
    }

    return SS_KIND_API;
}

ss_kind_t
ss_path_kind(const ss_path_t *path, ss_str_t method)
{
    ss_str_t second = ss_path_segment(path, 1);

    /* what such a path means is for others to say */
    if (path->dots || path->reserved) {
        return SS_KIND_OTHER;
    }

    if (path->version < SS_SEGMENTS) {
        return api_kind(path, path->version + 1, method);
    }

    if (ss_eq(ss_path_segment(path, 0), SS_STR("oauth"))) {
        if (path->count != 2) {
            return SS_KIND_OAUTH_OTHER;
        }
        if (ss_eq(second, SS_STR("token"))) {
            return SS_KIND_TOKEN;
        }
        return ss_eq(second, SS_STR("authorize")) ? SS_KIND_AUTHORIZE
                                                  : SS_KIND_OAUTH_OTHER;
    }

    if (path->count == 1 && ss_eq(ss_path_segment(path, 0), SS_STR("mcp"))) {
        return SS_KIND_MCP;
    }

    return SS_KIND_OTHER;
}

static bool
is_version(ss_str_t segment)
{
    return segment.len > 1 && ss_lower(segment.data[0]) == 'v'
           && segment.data[1] >= '0' && segment.data[1] <= '9';
}

static bool
may_be_slug(ss_str_t segment)
{
    return (ss_account_valid(segment) && !is_version(segment)
            && !ss_is_resource(segment)
            && !ss_eq_nocase(segment, SS_STR("api")))
           || ss_is_slug_placeholder(segment);
}

ss_kind_t
ss_path_kind_unversioned(const ss_path_t *path, ss_str_t method)
{
    if (path->version < SS_SEGMENTS || path->dots || path->count < 2
        || !ss_is_resource(path->segment[1])
        || !may_be_slug(path->segment[0])) {
        return SS_KIND_OTHER;
    }

    return api_kind(path, 1, method);
}
