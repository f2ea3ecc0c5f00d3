/*
 * The documentation writes {account-slug}; templates and unset variables leave
 * {{slug}}, :slug, undefined and their like in the path.
 */

#include "check/ss_rule.h"

static void
check_slug(ss_check_t *check)
{
    const ss_path_t *path = &check->path;
    ss_str_t tail;

    if (path->version != 1 || ss_eq(path->segment[0], check->account)
        || !ss_is_slug_placeholder(path->segment[0])) {
        return;
    }

    if (!ss_found(check, (ss_problem_t){
                             .place = SS_STR("path"),
                             .message = SS_STR("a placeholder stands where the "
                                               "account slug belongs"),
                             .no_repair = ss_path_ends_in_404(check),
                         })) {
        return;
    }

    tail = ss_path_from(path, 1);
    ss_set_path(check, ss_path_is_global(path)
                           ? tail
                           : SS_TEXT(check, SS_STR("/"), check->account, tail));
}

const ss_rule_t ss_rule_account_slug_placeholder = {
    .info = {
        .id = "account-slug-placeholder",
        .summary = "a placeholder instead of the account slug: "
                   "/{account-slug}/v1/..., /undefined/v1/...",
        .fix = "put your account slug before /v1; GET /v1/me has it as "
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
