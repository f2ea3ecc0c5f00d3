/*
 * /api/v1/projects, as other services have it. This one has its API on a host
 * of its own, and no such prefix.
 */

#include "check/ss_rule.h"

static void
check_prefix(ss_check_t *check)
{
    const ss_path_t *path = &check->path;
    size_t version = path->version;
    ss_str_t slug, tail;

    if (version == 0 || version == SS_SEGMENTS
        || !ss_path_is_prefixed(check, path, version - 1)) {
        return;
    }

    if (!ss_found(check, (ss_problem_t){
                             .place = SS_STR("path"),
                             .message = SS_STR("\"api\" stands before /v1"),
                             .no_repair = ss_path_ends_in_404(check),
                         })) {
        return;
    }

    slug = version == 2 && !ss_path_is_prefixed(check, path, 0)
               ? path->segment[0]
               : SS_STR("");
    tail = ss_path_from(path, version);
    ss_set_path(check,
                slug.len > 0 ? SS_TEXT(check, SS_STR("/"), slug, tail) : tail);
}

const ss_rule_t ss_rule_path_api_prefix = {
    .info = {
        .id = "path-api-prefix",
        .summary = "\"api\" before /v1: /api/v1/..., /acme/api/v1/...",
        .fix = "leave \"api\" out: the path is /{account-slug}/v1/...; "
               "service.account in the rules file makes the repair possible "
               "where the slug is missing, too",
        .severity = SS_ERROR,
        .action = SS_ACTION_REPAIR,
        .repair = SS_REPAIR_GUESS,
        .kinds = SS_BIT(API) | SS_BIT(FILE) | SS_BIT(ACTION),
    },
    .status = 404,
    .check = check_prefix,
};
