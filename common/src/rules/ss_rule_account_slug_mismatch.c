/*
 * A slug left over from another environment, or from an example: the call goes
 * to an account that the token does not open.
 */

#include "../ss_rule.h"

#include "../ss_params.h"

static bool
is_account(ss_check_t *check, ss_str_t slug)
{
    ss_str_t plain;

    if (ss_eq(slug, check->account)) {
        return true;
    }

    /* an escaped letter is the same letter */
    plain = ss_form_decode(slug, check->mem);
    check->failed |= plain.data == NULL;

    return ss_eq(plain, check->account);
}

static void
check_slug(ss_check_t *check)
{
    const ss_path_t *path = &check->path;

    if (path->version != 1 || check->account.len == 0 || ss_path_is_global(path)
        || is_account(check, path->segment[0])) {
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
        .summary = "another account slug than the one known for the caller",
        .fix = "write the slug that GET /v1/me tells as "
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
