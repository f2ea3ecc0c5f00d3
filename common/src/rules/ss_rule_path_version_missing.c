/*
 * /acme/projects: every path of the API has its version behind the account
 * slug. Only known resources are recognised, and only on the API host; the
 * OAuth host has web pages with such paths.
 */

#include "check/ss_rule.h"

static void
check_version(ss_check_t *check)
{
    const ss_path_t *path = &check->path;

    if (path->version < SS_SEGMENTS || !ss_at_is_api(check->at)
        || ss_path_kind_unversioned(path, check->method) == SS_KIND_OTHER) {
        return;
    }

    if (ss_found(check,
                 (ss_problem_t){
                     .place = SS_STR("path"),
                     .message = SS_STR("no /v1 between the account slug and "
                                       "the resource"),
                     .no_repair = ss_path_ends_in_404(check),
                 })) {
        ss_set_path(check, SS_TEXT(check, SS_STR("/"), path->segment[0],
                                   SS_STR("/v1"), ss_path_from(path, 1)));
    }
}

const ss_rule_t ss_rule_path_version_missing = {
    .info = {
        .id = "path-version-missing",
        .summary = "no version between account slug and resource: "
                   "/acme/projects",
        .fix = "write /{account-slug}/v1/...",
        .severity = SS_ERROR,
        .action = SS_ACTION_REPORT,
        .repair = SS_REPAIR_GUESS,
        .kinds = SS_BIT(API) | SS_BIT(FILE) | SS_BIT(ACTION) | SS_BIT(OTHER),
    },
    .status = 404,
    .check = check_version,
};
