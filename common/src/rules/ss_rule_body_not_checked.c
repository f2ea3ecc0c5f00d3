/*
 * A body that no rule could look into is no clean body: whoever relies on the
 * rules is told, and may choose `reject`.
 */

#include "json/ss_document.h"

static const char *
trouble(ss_check_t *check)
{
    const ss_request_t *request = check->request;
    const ss_document_t *doc = ss_document_read(check);

    if (request->body_state == SS_BODY_TOO_LARGE) {
        return "the body is above limits.body or could not be read; rules "
               "about it did not run";
    }

    if (check->params.too_many) {
        return "the request has more than 1000 parameters; rules about them "
               "did not run";
    }

    if (check->header[SS_H_CONTENT_ENCODING].count > 0
        && request->body_state == SS_BODY_COMPLETE) {
        return "the body has a Content-Encoding; rules about it did not run";
    }

    if (doc != NULL && doc->too_many) {
        return "an object of the document has more than 1000 members, or the "
               "document more than 10000 linkages; rules about it did not run";
    }

    return NULL;
}

/* An API call has its parameters in the query, which is not read for this: as
   many parameters have as many "&" between them. */
static void
check_query(ss_check_t *check)
{
    if (check->kind != SS_KIND_API || check->request->query.len < SS_PARAMS_MAX
        || !ss_query(check)->too_many) {
        return;
    }

    ss_found(check, (ss_problem_t){
                        .place = SS_STR("query"),
                        .message = SS_STR("it has more than 1000 parameters; "
                                          "rules about them did not run"),
                        .fix = SS_STR("send fewer parameters"),
                    });
}

static void
check_body(ss_check_t *check)
{
    const char *message = trouble(check);

    if (message != NULL) {
        ss_found(check, (ss_problem_t){ .place = SS_STR("body"),
                                        .message = ss_cstr(message) });
    }

    check_query(check);
}

const ss_rule_t ss_rule_body_not_checked = {
    .info = {
        .id = "body-not-checked",
        .summary = "a body that could not be looked into",
        .fix = "send a smaller, plain body, or raise limits.body",
        .severity = SS_WARNING,
        .action = SS_ACTION_REPORT,
        .repair = SS_REPAIR_NONE,
        .kinds = SS_BIT(TOKEN) | SS_BIT(API),
    },
    .status = 413,
    .oauth_error = "invalid_request",
    .check = check_body,
};
