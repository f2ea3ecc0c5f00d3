/*
 * "Resource not found" although it exists: most endpoints want the account
 * slug before /v1, and answer 404 without it.
 */

#include "http/ss_resources.h"
#include "check/ss_rule.h"

/* /v1/x/... may be /x/v1/..., turned round: another account in front of it
   would not help. */
static bool
may_be_slug(const ss_path_t *path)
{
    return path->count > 2 && !ss_is_resource(path->segment[1]);
}

static void
check_slug(ss_check_t *check)
{
    const ss_path_t *path = &check->path;

    /* where the account stands behind /v1 it does not lack */
    if (path->version != 0 || ss_path_is_global(path)
        || ss_is_account(check, path->segment[1])) {
        return;
    }

    if (ss_found(check,
                 (ss_problem_t){
                     .place = SS_STR("path"),
                     .message = SS_STR("the account slug is missing before "
                                       "/v1"),
                     .no_repair = check->account.len == 0 || may_be_slug(path),
                 })) {
        ss_set_path(check,
                    SS_TEXT(check, SS_STR("/"), check->account, path->raw));
    }
}

const ss_rule_t ss_rule_account_slug_missing = {
    .info = {
        .id = "account-slug-missing",
        .summary = "no account slug before /v1",
        .fix = "write /{account-slug}/v1/...; GET /v1/me has the slug as "
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
