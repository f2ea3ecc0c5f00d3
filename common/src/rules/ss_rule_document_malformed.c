/*
 * A body that the service cannot read as JSON gives 400 with the words of its
 * parser; of two members with the same name it keeps one, which need not be the
 * one that was meant.
 */

#include "json/ss_document.h"

/* "line 3, column 5", counted in bytes. */
static ss_str_t
position(ss_check_t *check, const uint8_t *at)
{
    size_t line = 1, column = 1;
    ss_str_t text;
    ss_buf_t buf;

    for (const uint8_t *p = check->request->body.data; p < at; p++) {
        column = *p == '\n' ? 1 : column + 1;
        line += *p == '\n';
    }

    ss_buf_init(&buf, check->mem);
    ss_buf_adds(&buf, ": line ");
    ss_buf_addu(&buf, line);
    ss_buf_adds(&buf, ", column ");
    ss_buf_addu(&buf, column);
    check->failed |= ss_buf_done(&buf, &text) != SS_OK;

    return text;
}

static void
check_malformed(ss_check_t *check)
{
    static const char *const messages[] = {
        [SS_SCAN_GOOD] = "the document is no object",
        [SS_SCAN_MALFORMED] = "the document is not well-formed JSON",
        [SS_SCAN_DUPLICATE] = "a name for the second time in one object",
        [SS_SCAN_TOO_DEEP] = "the document is nested deeper than 100 levels",
    };
    const ss_document_t *doc = ss_document(check);

    if (doc->bom) {
        ss_found(check, (ss_problem_t){
                            .place = SS_STR("body"),
                            .message = SS_STR("a byte order mark stands before "
                                              "the document"),
                            .fix = SS_STR("write the file as UTF-8 without a "
                                          "byte order mark"),
                        });
    }

    if (doc->error == SS_SCAN_GOOD && doc->top == SS_SCAN_OBJECT) {
        return;
    }

    if (ss_is_object_text(check->request->body)) {
        ss_found(check, (ss_problem_t){
                            .place = SS_STR("body"),
                            .message = SS_STR("what JavaScript calls an "
                                              "object, instead of its JSON"),
                            .fix = SS_STR("send JSON.stringify(object)"),
                        });
        return;
    }

    ss_found(check,
             (ss_problem_t){
                 .place = SS_STR("body"),
                 .message = doc->error == SS_SCAN_GOOD
                                ? ss_cstr(messages[SS_SCAN_GOOD])
                                : SS_TEXT(check, ss_cstr(messages[doc->error]),
                                          position(check, doc->error_at)),
             });
}

const ss_rule_t ss_rule_document_malformed = {
    .info = {
        .id = "document-malformed",
        .summary = "a document that is no JSON object, or has a member twice",
        .fix = "send one JSON object, each name once in an object; let a JSON "
               "library write it",
        .severity = SS_ERROR,
        .action = SS_ACTION_REPORT,
        .repair = SS_REPAIR_NONE,
        .kinds = SS_BIT(API),
    },
    .reads_body = true,
    .of_document = true,
    .status = 400,
    .check = check_malformed,
};
