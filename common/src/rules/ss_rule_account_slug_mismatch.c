/*
 * A slug left over from another environment, or from an example: the call goes
 * to an account that the token does not open.
 */

#include "check/ss_rule.h"

/* /v1/acme/...: whether that or the slug is too much is for the client to
   say. */
static void
check_behind_version(ss_check_t *check)
{
    if (ss_is_account(check, ss_path_segment(&check->path, 1))) {
        ss_found(check, (ss_problem_t){
                            .place = SS_STR("path"),
                            .message = SS_STR("the account slug stands behind "
                                              "/v1, not before it"),
                            .fix = SS_STR("write /{account-slug}/v1/..."),
                        });
    }
}

static void
check_slug(ss_check_t *check)
{
    const ss_path_t *path = &check->path;

    if (check->account.len == 0 || ss_path_is_global(path)) {
        return;
    }

    if (path->version == 0) {
        check_behind_version(check);
        return;
    }

    if (path->version != 1 || ss_is_account(check, path->segment[0])) {
        return;
    }

    /* these are not slugs, and other rules' to tell */
    if (ss_is_slug_placeholder(path->segment[0])
        || ss_eq(path->segment[0], SS_STR("api"))) {
        return;
    }

    ss_found(check,
             (ss_problem_t){
                 .place = SS_STR("path"),
                 .message = SS_TEXT(check,
                                    SS_STR("the account slug is not the one "
                                           "known for this caller, \""),
                                    check->account, SS_STR("\"")),
             });
}

const ss_rule_t ss_rule_account_slug_mismatch = {
    .info = {
        .id = "account-slug-mismatch",
        .summary = "another account slug than the one known for the caller, or "
                   "the slug behind /v1",
        .fix = "write the slug that GET /v1/me has as "
               "data.attributes.account-slug; if the path is right, correct "
               "service.account, or give the team its own account",
        .severity = SS_WARNING,
        .action = SS_ACTION_REPORT,
        .repair = SS_REPAIR_NONE,
        .kinds = SS_BIT(API) | SS_BIT(FILE) | SS_BIT(ACTION),
    },
    .status = 404,
    .check = check_slug,
};
