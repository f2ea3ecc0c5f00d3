/*
 * ss_splice.c: changes of a document, and the body they make.
 */

#include "json/ss_document.h"

static void
add_splice(ss_check_t *check, ss_splice_t splice)
{
    ss_document_t *doc = check->document;
    size_t n = doc->splice_count;

    if (n % 8 == 0 && (n & (n - 1)) == 0) {
        ss_splice_t *larger =
            ss_alloc(check->mem, n == 0 ? 8 : n * 2, sizeof(*larger));

        if (larger == NULL) {
            check->failed = true;
            return;
        }
        if (n > 0) {
            memcpy(larger, doc->splices, n * sizeof(*larger));
        }
        doc->splices = larger;
    }

    doc->splices[doc->splice_count++] = splice;
}

void
ss_document_splice(ss_check_t *check, const uint8_t *at, size_t len,
                   ss_str_t text)
{
    add_splice(check, (ss_splice_t){ at, len, text });
}

void
ss_document_set(ss_check_t *check, ss_value_t value, ss_str_t text)
{
    size_t quote = value.kind == SS_SCAN_STRING;

    ss_document_splice(check, value.text.data - quote,
                       value.text.len + 2 * quote,
                       SS_TEXT(check, SS_STR("\""), text, SS_STR("\"")));
}

void
ss_document_quote(ss_check_t *check, ss_value_t value)
{
    ss_document_splice(check, value.text.data, 0, SS_STR("\""));
    ss_document_splice(check, value.text.data + value.text.len, 0,
                       SS_STR("\""));
}

void
ss_document_add(ss_check_t *check, ss_str_t name, ss_str_t text)
{
    ss_document_t *doc = check->document;

    doc->added = SS_TEXT(check, doc->added,
                         doc->added.len > 0 ? SS_STR(",\"") : SS_STR("\""),
                         name, SS_STR("\":\""), text, SS_STR("\""));
}

void
ss_document_drop_id(ss_check_t *check)
{
    ss_document_t *doc = check->document;
    ss_member_place_t id = doc->id_place;

    if (id.behind != NULL) {
        id.end = id.behind;
    } else if (id.before != NULL) {
        id.start = id.before;
    }

    ss_document_splice(check, id.start, (size_t) (id.end - id.start),
                       SS_STR(""));
    doc->member_count--;
}

bool
ss_document_changed(const ss_document_t *doc)
{
    return doc->splice_count > 0 || doc->added.len > 0;
}

/* No two begin at the same place. Each rule adds its own in the order of the
   document, so that few move; Shell's gaps keep a hostile order from costing
   more. */
static void
sort(ss_splice_t *splices, size_t count)
{
    size_t gap = 1;

    while (gap < count / 3) {
        gap = gap * 3 + 1;
    }

    for (; gap > 0; gap /= 3) {
        for (size_t i = gap; i < count; i++) {
            ss_splice_t splice = splices[i];
            size_t k = i;

            while (k >= gap && splice.at < splices[k - gap].at) {
                splices[k] = splices[k - gap];
                k -= gap;
            }
            splices[k] = splice;
        }
    }
}

int
ss_document_write(ss_document_t *doc, ss_str_t body, const ss_mem_t *mem,
                  ss_str_t *text)
{
    const uint8_t *at = body.data, *first = doc->data.text.data + 1;
    ss_buf_t buf;

    ss_buf_init(&buf, mem);
    sort(doc->splices, doc->splice_count);

    if (doc->added.len > 0) {
        ss_buf_add(&buf, ss_str(at, (size_t) (first - at)));
        ss_buf_add(&buf, doc->added);
        ss_buf_adds(&buf, doc->member_count > 0 ? "," : "");
        at = first;
    }

    for (size_t i = 0; i < doc->splice_count; i++) {
        const ss_splice_t *splice = &doc->splices[i];

        ss_buf_add(&buf, ss_str(at, (size_t) (splice->at - at)));
        ss_buf_add(&buf, splice->text);
        at = splice->at + splice->len;
    }
    ss_buf_add(&buf, ss_skip(body, (size_t) (at - body.data)));

    return ss_buf_done(&buf, text);
}
