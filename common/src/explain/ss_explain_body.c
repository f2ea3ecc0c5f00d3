/*
 * ss_explain_body.c: an explanation in the body of an error, put between its
 * bytes.
 */

#include "explain/ss_cause.h"
#include "json/ss_scan.h"

/* An object of the body: where a member can be added to it. */
typedef struct {
    const uint8_t *end; /* its "}"; NULL: there is none */
    bool has_members;
    bool has_ours;
} place_t;

typedef struct {
    place_t top;
    place_t meta;
    bool meta_taken; /* by something else than an object */
    bool has_errors; /* an array */
    bool has_error;  /* a string */
} shape_t;

static bool
is_ours(ss_str_t name)
{
    return ss_scan_is(name, SS_STR("scopestack"));
}

static ss_scan_kind_t
look_at_meta(ss_scan_t *scan, place_t *meta)
{
    ss_scan_kind_t kind;
    ss_str_t token;

    while ((kind = ss_scan_next(scan, &token)) == SS_SCAN_NAME) {
        meta->has_members = true;
        meta->has_ours |= is_ours(token);
        kind = ss_scan_skip(scan, ss_scan_next(scan, &token));
        if (kind == SS_SCAN_FAILED) {
            return kind;
        }
    }

    meta->end = token.data;

    return kind;
}

static void
look_at_member(ss_scan_t *scan, ss_str_t name, shape_t *shape)
{
    ss_str_t token;
    ss_scan_kind_t kind = ss_scan_next(scan, &token);

    shape->top.has_members = true;
    shape->top.has_ours |= is_ours(name);
    shape->has_errors |=
        kind == SS_SCAN_ARRAY && ss_scan_is(name, SS_STR("errors"));
    shape->has_error |=
        kind == SS_SCAN_STRING && ss_scan_is(name, SS_STR("error"));

    if (ss_scan_is(name, SS_STR("meta"))) {
        shape->meta_taken = kind != SS_SCAN_OBJECT;
        if (kind == SS_SCAN_OBJECT) {
            look_at_meta(scan, &shape->meta);
            return;
        }
    }

    ss_scan_skip(scan, kind);
}

/* Returns false when the text is no well-formed object. */
static bool
look(ss_str_t text, shape_t *shape)
{
    ss_scan_kind_t kind;
    ss_str_t token;
    ss_scan_t scan;

    ss_scan_init(&scan, text);
    if (ss_scan_next(&scan, &token) != SS_SCAN_OBJECT) {
        return false;
    }

    while ((kind = ss_scan_next(&scan, &token)) == SS_SCAN_NAME) {
        look_at_member(&scan, token, shape);
    }
    shape->top.end = token.data;

    return kind == SS_SCAN_OBJECT_END
           && ss_scan_next(&scan, &token) == SS_SCAN_END;
}

static int
add(const ss_response_t *response, const place_t *place, const char *before,
    ss_str_t causes, const char *behind, const ss_mem_t *mem, ss_str_t *body)
{
    size_t n = (size_t) (place->end - response->body.data);

    return SS_JOIN(mem, body, ss_str(response->body.data, n),
                   place->has_members ? SS_STR(",") : SS_STR(""),
                   ss_cstr(before), SS_STR("\"scopestack\":{\"causes\":"),
                   causes, SS_STR("}"), ss_cstr(behind),
                   ss_skip(response->body, n));
}

static int
add_to_jsonapi(const ss_response_t *response, const shape_t *shape,
               ss_str_t causes, const ss_mem_t *mem, ss_str_t *body)
{
    if (!shape->has_errors || shape->meta_taken || shape->meta.has_ours) {
        return SS_OK;
    }

    return shape->meta.end != NULL
               ? add(response, &shape->meta, "", causes, "", mem, body)
               : add(response, &shape->top, "\"meta\":{", causes, "}", mem,
                     body);
}

static int
add_to_oauth(const ss_response_t *response, const shape_t *shape,
             ss_str_t causes, const ss_mem_t *mem, ss_str_t *body)
{
    return shape->has_error && !shape->top.has_ours
               ? add(response, &shape->top, "", causes, "", mem, body)
               : SS_OK;
}

int
ss_explanation_body(const ss_explanation_t *explanation,
                    const ss_response_t *response, const ss_mem_t *mem,
                    ss_str_t *body)
{
    ss_str_t type =
        ss_media_type(ss_response_header(response, SS_STR("Content-Type")));
    bool jsonapi = ss_eq_nocase(type, SS_JSONAPI);
    shape_t shape = { .meta_taken = false };
    ss_str_t causes;

    *body = ss_str(NULL, 0);

    if (explanation->cause_count == 0 || response->status < 400
        || !response->body_complete || ss_response_coded(response)
        || (!jsonapi && !ss_eq_nocase(type, SS_STR("application/json")))
        || !look(ss_response_text(response), &shape)) {
        return SS_OK;
    }

    if (ss_explanation_json(explanation, mem, &causes) != SS_OK) {
        return SS_ERR_NOMEM;
    }

    return jsonapi ? add_to_jsonapi(response, &shape, causes, mem, body)
                   : add_to_oauth(response, &shape, causes, mem, body);
}
