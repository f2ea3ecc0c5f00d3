/*
 * A base URL that ends in a slash, joined to a path that begins with one,
 * gives //v1/me, which the service does not know.
 */

#include "../ss_rule.h"

static ss_str_t
merged(ss_check_t *check)
{
    ss_str_t raw = check->path.raw, text;
    ss_buf_t buf;

    ss_buf_init(&buf, check->mem);
    for (size_t i = 0; i < raw.len; i++) {
        if (i == 0 || raw.data[i] != '/' || raw.data[i - 1] != '/') {
            ss_buf_addc(&buf, raw.data[i]);
        }
    }

    if (ss_buf_done(&buf, &text) != SS_OK) {
        check->failed = true;
    }

    return text;
}

static void
check_slashes(ss_check_t *check)
{
    if (!check->path.double_slash) {
        return;
    }

    if (ss_found(check, (ss_problem_t){
                            .place = SS_STR("path"),
                            .message = SS_STR("two slashes in a row"),
                        })) {
        ss_set_path(check, merged(check));
    }
}

const ss_rule_t ss_rule_path_double_slash = {
    .info = {
        .id = "path-double-slash",
        .summary = "two slashes in a row in the path",
        .fix = "take the slash off the end of the base URL",
        .severity = SS_ERROR,
        .action = SS_ACTION_REPAIR,
        .repair = SS_REPAIR_LOSSLESS,
        .kinds = SS_BIT(TOKEN) | SS_BIT(OAUTH_OTHER) | SS_BIT(API)
                 | SS_BIT(FILE) | SS_BIT(ACTION),
    },
    .status = 404,
    .oauth_error = "invalid_request",
    .check = check_slashes,
};
