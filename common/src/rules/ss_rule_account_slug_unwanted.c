/*
 * GET /v1/me tells the account slug, and so has none itself. The service's
 * answer calls itself /v1/mes, as its library makes plurals; clients follow
 * that link.
 */

#include "check/ss_rule.h"

typedef struct {
    bool slug;
    bool mes;
} found_t;

static found_t
look(const ss_check_t *check)
{
    const ss_path_t *path = &check->path;
    ss_str_t resource = ss_path_segment(path, path->version + 1);
    bool mes = ss_eq(resource, SS_STR("mes"));

    /* what stands behind them is no known path; /api is
       path-api-prefix's */
    if (path->version > 1 || path->count != path->version + 2
        || (!mes && !ss_eq(resource, SS_STR("me")))
        || (path->version == 1 && ss_path_is_prefixed(check, path, 0))) {
        return (found_t){ false, false };
    }

    return (found_t){ path->version == 1, mes };
}

/* From /v1 on, with "me", all other bytes as they are. */
static ss_str_t
mended(ss_check_t *check)
{
    const ss_path_t *path = &check->path;
    ss_str_t tail = ss_path_from(path, path->version);
    ss_str_t resource = path->segment[path->version + 1];
    size_t before = (size_t) (resource.data - tail.data);

    return SS_TEXT(check, ss_str(tail.data, before), SS_STR("me"),
                   ss_skip(tail, before + resource.len));
}

static void
check_slug(ss_check_t *check)
{
    found_t found = look(check);

    if (!found.slug && !found.mes) {
        return;
    }

    if (ss_found(check,
                 (ss_problem_t){
                     .place = SS_STR("path"),
                     .message = found.slug ? SS_STR(
                                    "an account slug stands before /v1/me")
                                           : SS_STR("/v1/mes is called /v1/me"),
                 })) {
        ss_set_path(check, mended(check));
    }
}

const ss_rule_t ss_rule_account_slug_unwanted = {
    .info = {
        .id = "account-slug-unwanted",
        .summary = "an account slug before /v1/me, or /v1/mes",
        .fix = "call /v1/me, without an account slug",
        .severity = SS_ERROR,
        .action = SS_ACTION_REPAIR,
        .repair = SS_REPAIR_LOSSLESS,
        .kinds = SS_BIT(API),
    },
    .status = 404,
    .check = check_slug,
};
