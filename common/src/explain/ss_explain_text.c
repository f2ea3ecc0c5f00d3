/*
 * ss_explain_text.c: an explanation in the words of headers, logs and
 * terminals.
 */

#include "explain/ss_cause.h"
#include "json/ss_json.h"

/* every page of causes is one of the troubleshooting page's answers */
#define DOC_BASE                                                               \
    "https://docs.scopestack.io/help/integrations/api-auth-troubleshooting#"

ss_str_t
ss_cause_doc(const ss_cause_info_t *cause, const ss_mem_t *mem)
{
    ss_str_t url;

    return SS_JOIN(mem, &url, SS_STR(DOC_BASE), ss_cstr(cause->id)) == SS_OK
               ? url
               : ss_str(NULL, 0);
}

int
ss_explanation_ids(const ss_explanation_t *explanation, char separator,
                   const ss_mem_t *mem, ss_str_t *text)
{
    ss_buf_t buf;

    ss_buf_init(&buf, mem);

    for (size_t i = 0; i < explanation->cause_count; i++) {
        if (i > 0) {
            ss_buf_addc(&buf, (unsigned char) separator);
        }
        ss_buf_adds(&buf, explanation->causes[i].info->id);
    }

    return ss_buf_done(&buf, text);
}

int
ss_explanation_header(const ss_explanation_t *explanation, const ss_mem_t *mem,
                      ss_str_t *text)
{
    const ss_cause_info_t *info;
    ss_str_t doc;

    *text = SS_STR("");
    if (explanation->cause_count == 0) {
        return SS_OK;
    }

    info = explanation->causes[0].info;
    doc = ss_cause_doc(info, mem);
    if (doc.data == NULL) {
        return SS_ERR_NOMEM;
    }

    return SS_JOIN(mem, text, ss_cstr(info->id), SS_STR("; doc=\""), doc,
                   SS_STR("\""));
}

int
ss_explanation_text(const ss_explanation_t *explanation, const char *prefix,
                    const ss_mem_t *mem, ss_str_t *text)
{
    ss_buf_t buf;

    ss_buf_init(&buf, mem);

    for (size_t i = 0; i < explanation->cause_count; i++) {
        const ss_cause_t *cause = &explanation->causes[i];

        ss_buf_adds(&buf, prefix);
        ss_buf_adds(&buf, i == 0 ? "cause: " : "or: ");
        ss_buf_add(&buf, cause->message);
        ss_buf_adds(&buf, " [");
        ss_buf_adds(&buf, cause->info->id);
        ss_buf_adds(&buf, "]\n");
        ss_buf_adds(&buf, prefix);
        ss_buf_adds(&buf, "  to do: ");
        ss_buf_add(&buf, cause->fix);
        ss_buf_addc(&buf, '\n');
    }

    return ss_buf_done(&buf, text);
}

static void
add_member(ss_buf_t *buf, const char *before, ss_str_t value)
{
    ss_buf_adds(buf, before);
    ss_json_quote(buf, value);
}

int
ss_explanation_json(const ss_explanation_t *explanation, const ss_mem_t *mem,
                    ss_str_t *text)
{
    ss_buf_t buf;

    ss_buf_init(&buf, mem);
    ss_buf_addc(&buf, '[');

    for (size_t i = 0; i < explanation->cause_count; i++) {
        const ss_cause_t *cause = &explanation->causes[i];
        ss_str_t doc = ss_cause_doc(cause->info, mem);

        buf.failed |= doc.data == NULL;
        ss_buf_adds(&buf, i > 0 ? "," : "");
        add_member(&buf, "{\"cause\":", ss_cstr(cause->info->id));
        add_member(&buf, ",\"message\":", cause->message);
        add_member(&buf, ",\"fix\":", cause->fix);
        add_member(&buf, ",\"doc\":", doc);
        ss_buf_addc(&buf, '}');
    }

    ss_buf_addc(&buf, ']');

    return ss_buf_done(&buf, text);
}
