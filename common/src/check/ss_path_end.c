/*
 * ss_path_end.c: what becomes of a path, so that no rule claims to have
 * repaired one that still ends in 404.
 */

#include "check/ss_check.h"
#include "http/ss_resources.h"
#include "http/ss_slug.h"

typedef enum {
    ENDS_WELL,   /* the service is expected to have it */
    ENDS_ANYHOW, /* nobody knows */
    ENDS_IN_404
} end_t;

static bool
repairs(const ss_check_t *check, unsigned rule)
{
    return check->actions[rule] == SS_ACTION_REPAIR;
}
#define REPAIRS(check, rule) repairs(check, SS_INDEX_##rule)

bool
ss_is_account(const ss_check_t *check, ss_str_t segment)
{
    size_t i = 0, at = 0;

    /* an escaped letter is the same letter */
    while (at < segment.len && i < check->account.len) {
        if (ss_segment_byte(segment, &at) != check->account.data[i++]) {
            return false;
        }
    }

    return check->account.len > 0 && at == segment.len
           && i == check->account.len;
}

bool
ss_path_is_prefixed(const ss_check_t *check, const ss_path_t *path, size_t i)
{
    ss_str_t api = SS_STR("api");

    /* somebody's account may be called so */
    return ss_eq(ss_path_segment(path, i), api)
           && (i > 0 || !ss_eq(check->account, api));
}

/* Takes off what stands between slug and version by mistake, as the rules
   would. Returns false where it stays, and the path can only end in 404; *slug
   is empty where none is left, *guessed tells that the rules have to guess. */
static bool
find_slug(const ss_check_t *check, const ss_path_t *path, ss_str_t *slug,
          bool *guessed)
{
    size_t n = path->version;

    *guessed = n == SS_SEGMENTS;
    if (n == SS_SEGMENTS) {
        *slug = path->segment[0];
        return REPAIRS(check, path_version_missing);
    }

    if (n == 2 && !ss_path_is_prefixed(check, path, 1)) {
        n = 1;
        if (!REPAIRS(check, account_slug_doubled)) {
            return false;
        }
    }

    if (n > 0 && ss_path_is_prefixed(check, path, n - 1)) {
        n = n == 2 && !ss_path_is_prefixed(check, path, 0) ? 1 : 0;
        *guessed = true;
        if (!REPAIRS(check, path_api_prefix)) {
            return false;
        }
    }

    *slug = n > 0 ? path->segment[0] : SS_STR("");

    return true;
}

/* Of /v1/me and /v1/mes, before which no slug belongs. */
static end_t
end_of_me(const ss_check_t *check, const ss_path_t *path, ss_str_t slug)
{
    bool drops =
        REPAIRS(check, account_slug_unwanted)
        || (ss_is_slug_placeholder(slug) && !ss_eq(slug, check->account)
            && REPAIRS(check, account_slug_placeholder));

    /* what stands behind it is no known path */
    if (path->count != path->version + 2) {
        return ENDS_ANYHOW;
    }

    return slug.len == 0 || drops ? ENDS_WELL : ENDS_IN_404;
}

/* Of a path without a slug. */
static end_t
end_without_slug(const ss_check_t *check, const ss_path_t *path,
                 ss_str_t resource)
{
    bool known = ss_is_resource(resource);

    if (check->account.len == 0 || !REPAIRS(check, account_slug_missing)) {
        return known ? ENDS_IN_404 : ENDS_ANYHOW;
    }

    return known || path->count == path->version + 2 ? ENDS_WELL : ENDS_ANYHOW;
}

/* Of a path whose slug and resource are what the rules make of it. */
static end_t
end_of(const ss_check_t *check, const ss_path_t *path, ss_str_t slug,
       ss_str_t resource)
{
    if (ss_is_account(check, resource)) {
        return ENDS_IN_404;
    }

    if (resource.len == 0) {
        return ENDS_ANYHOW;
    }

    if (ss_eq(resource, SS_STR("me")) || ss_eq(resource, SS_STR("mes"))) {
        return end_of_me(check, path, slug);
    }

    if (ss_eq(resource, SS_STR("accounts"))) {
        return ENDS_WELL;
    }

    if (slug.len == 0) {
        return end_without_slug(check, path, resource);
    }

    if (ss_is_slug_placeholder(slug) && !ss_eq(slug, check->account)
        && (check->account.len == 0
            || !REPAIRS(check, account_slug_placeholder))) {
        return ENDS_IN_404;
    }

    return ENDS_WELL;
}

bool
ss_path_ends_in_404(const ss_check_t *check)
{
    const ss_path_t *path = &check->path;
    size_t at = path->version < SS_SEGMENTS ? path->version + 1 : 1;
    ss_str_t slug;
    bool guessed;
    end_t end;

    if (!find_slug(check, path, &slug, &guessed)) {
        return true;
    }

    end = end_of(check, path, slug, ss_path_segment(path, at));

    /* of a guess nothing is left but what ends well */
    return end == ENDS_IN_404 || (guessed && end == ENDS_ANYHOW);
}
