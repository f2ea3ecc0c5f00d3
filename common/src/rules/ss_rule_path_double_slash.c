/*
 * A base URL that ends in a slash, joined to a path that begins with one,
 * gives //v1/me, which the service does not know.
 */

#include "check/ss_rule.h"

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

/* Tells whether an id is likely to be missing between the resource and what
   follows, as in /clients//contacts: ids have a digit. */
static bool
lacks_id(const ss_path_t *path)
{
    ss_str_t resource = ss_path_segment(path, path->version + 1);
    ss_str_t next = ss_path_segment(path, path->version + 2);

    return next.len > 0 && !ss_has_digit(next)
           && next.data - (resource.data + resource.len) > 1;
}

static bool
is_api(const ss_check_t *check)
{
    return check->kind == SS_KIND_API || check->kind == SS_KIND_FILE
           || check->kind == SS_KIND_ACTION;
}

static void
check_slashes(ss_check_t *check)
{
    const ss_path_t *path = &check->path;
    bool lacks;

    if (!path->double_slash) {
        return;
    }

    lacks = is_api(check) && lacks_id(path);
    if (ss_found(check,
                 (ss_problem_t){
                     .place = SS_STR("path"),
                     .message = lacks ? SS_STR("two slashes in a row, where an "
                                               "id belongs")
                                      : SS_STR("two slashes in a row"),
                     .fix = lacks ? SS_STR("fill in the id; a variable that is "
                                           "not set is the usual cause")
                                  : SS_STR(""),
                     .no_repair =
                         lacks || (is_api(check) && ss_path_ends_in_404(check)),
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
