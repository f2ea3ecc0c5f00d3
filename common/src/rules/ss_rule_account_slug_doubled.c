/*
 * A base URL that already ends in the account slug, joined to a path that
 * begins with it, gives /acme/acme/v1/..., which the service does not know.
 */

#include "check/ss_rule.h"

static void
check_slug(ss_check_t *check)
{
    const ss_path_t *path = &check->path;

    if (path->version != 2 || !ss_eq(path->segment[0], path->segment[1])) {
        return;
    }

    if (ss_found(check, (ss_problem_t){
                            .place = SS_STR("path"),
                            .message = SS_STR("the account slug stands twice "
                                              "before /v1"),
                            .no_repair = ss_path_ends_in_404(check),
                        })) {
        ss_set_path(check, ss_path_from(path, 1));
    }
}

const ss_rule_t ss_rule_account_slug_doubled = {
    .info = {
        .id = "account-slug-doubled",
        .summary = "the account slug twice: /acme/acme/v1/...",
        .fix = "put the account slug either into the base URL or into the "
               "path, not into both",
        .severity = SS_ERROR,
        .action = SS_ACTION_REPAIR,
        .repair = SS_REPAIR_LOSSLESS,
        .kinds = SS_BIT(API) | SS_BIT(FILE) | SS_BIT(ACTION),
    },
    .status = 404,
    .check = check_slug,
};
