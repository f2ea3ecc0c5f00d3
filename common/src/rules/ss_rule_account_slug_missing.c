/*
 * "Resource not found" although it exists: most endpoints want the account
 * slug before /v1, and answer 404 without it.
 */

#include "../ss_rule.h"

static void
check_slug(ss_check_t *check)
{
    const ss_path_t *path = &check->path;

    if (path->version != 0 || ss_path_is_global(path)) {
        return;
    }

    if (ss_found(check,
                 (ss_problem_t){
                     .place = SS_STR("path"),
                     .message = SS_STR("the account slug is missing before "
                                       "/v1"),
                     .no_repair = check->account.len == 0,
                 })) {
        ss_set_path(check,
                    SS_TEXT(check, SS_STR("/"), check->account, path->raw));
    }
}

const ss_rule_t ss_rule_account_slug_missing = {
    .info = {
        .id = "account-slug-missing",
        .summary = "no account slug before /v1",
        .fix = "write /{account-slug}/v1/...; GET /v1/me tells the slug as "
               "data.attributes.account-slug, and service.account in the "
               "rules file makes the repair possible",
        .severity = SS_ERROR,
        .action = SS_ACTION_REPAIR,
        .repair = SS_REPAIR_SAFE,
        .kinds = SS_BIT(API) | SS_BIT(FILE) | SS_BIT(ACTION),
    },
    .status = 404,
    .check = check_slug,
};
