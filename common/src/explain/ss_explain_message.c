/*
 * ss_explain_message.c: what an error says in its own words.
 */

#include "explain/ss_cause.h"
#include "text/ss_str.h"

static void
add_part(ss_buf_t *buf, const char *before, ss_str_t part)
{
    if (part.len > 0) {
        ss_buf_adds(buf, before);
        ss_buf_add(buf, part);
    }
}

static void
add_error(ss_explain_t *explain, const ss_answer_error_t *error, ss_buf_t *buf)
{
    ss_str_t title = ss_explain_message(explain, error->title);
    ss_str_t detail = ss_explain_message(explain, error->detail);
    ss_str_t source = ss_explain_message(
        explain, error->pointer.len > 0 ? error->pointer : error->parameter);

    ss_buf_adds(buf, "error");
    if (error->code != 0) {
        ss_buf_adds(buf, " ");
        ss_buf_addu(buf, error->code);
    }
    add_part(buf, ": ", title);
    add_part(buf, ": ", detail);
    if (source.len > 0) {
        add_part(buf, " (", source);
        ss_buf_adds(buf, ")");
    }
    ss_buf_adds(buf, "\n");
}

static void
add_errors(ss_explain_t *explain, ss_buf_t *buf)
{
    const ss_answer_told_t *told = &explain->told;
    size_t kept =
        told->error_count < SS_CAUSES_MAX ? told->error_count : SS_CAUSES_MAX;

    for (size_t i = 0; i < kept; i++) {
        add_error(explain, &told->errors[i], buf);
    }

    if (told->error_count > kept) {
        ss_buf_adds(buf, "and ");
        ss_buf_addu(buf, told->error_count - kept);
        ss_buf_adds(buf, " more\n");
    }
}

/* Of a page only the title is for people. */
static ss_str_t
title_of(ss_str_t page)
{
    ss_str_t open = SS_STR("<title>");

    for (size_t i = 0; i + open.len <= page.len; i++) {
        ss_str_t rest = ss_skip(page, i);

        if (ss_starts_nocase(rest, open)) {
            rest = ss_skip(rest, open.len);
            return ss_str(rest.data, ss_index(rest, '<'));
        }
    }

    return SS_STR("");
}

static void
add_line(ss_explain_t *explain, ss_str_t text, ss_buf_t *buf)
{
    text = ss_explain_message(explain, text);
    if (text.len > 0) {
        ss_buf_add(buf, text);
        ss_buf_adds(buf, "\n");
    }
}

static void
add_oauth(ss_explain_t *explain, ss_buf_t *buf)
{
    ss_buf_add(buf, ss_explain_message(explain, explain->told.error));
    add_part(buf, ": ", ss_explain_message(explain, explain->told.description));
    ss_buf_adds(buf, "\n");
}

/* What has no shape is not known to be a message: it may be data. */
static void
add_message(ss_explain_t *explain, ss_buf_t *buf)
{
    ss_str_t text = ss_response_text(explain->response);

    if (explain->told.error_count > 0) {
        add_errors(explain, buf);
    } else if (explain->told.error.len > 0) {
        add_oauth(explain, buf);
    } else if (explain->told.form == SS_BODY_HTML) {
        add_line(explain, title_of(text), buf);
    } else if (!ss_response_coded(explain->response)
               && !ss_names_secret(text)) {
        add_line(explain, text, buf);
    }
}

/* Line ends of the service's are none of ours. */
static int
printable(ss_str_t lines, const ss_mem_t *mem, ss_str_t *text)
{
    ss_str_t rest = lines, line;
    bool more = lines.len > 0;
    ss_buf_t buf;

    ss_buf_init(&buf, mem);
    while (ss_split(&rest, &more, '\n', &line)) {
        if (ss_printable(line, mem, &line) != SS_OK) {
            return SS_ERR_NOMEM;
        }
        if (line.len > 0) {
            ss_buf_add(&buf, line);
            ss_buf_addc(&buf, '\n');
        }
    }

    return ss_buf_done(&buf, text);
}

int
ss_response_message(const ss_request_t *request, ss_kind_t kind,
                    const ss_response_t *response, const ss_mem_t *mem,
                    ss_str_t *text)
{
    ss_explain_t explain = {
        .request = request, .response = response, .mem = mem, .kind = kind
    };
    ss_buf_t buf;

    *text = SS_STR("");
    ss_explain_read(&explain);
    ss_explain_params(&explain);

    ss_buf_init(&buf, mem);
    add_message(&explain, &buf);
    if (explain.failed || ss_buf_done(&buf, text) != SS_OK) {
        return SS_ERR_NOMEM;
    }

    return printable(*text, mem, text);
}

int
ss_mask_message(const ss_request_t *request, ss_kind_t kind, ss_str_t words,
                const ss_mem_t *mem, ss_str_t *masked)
{
    ss_response_t none = { .status = 0 };
    ss_explain_t explain = {
        .request = request, .response = &none, .mem = mem, .kind = kind
    };

    ss_explain_params(&explain);
    *masked = ss_explain_message(&explain, words);

    return explain.failed ? SS_ERR_NOMEM : ss_printable(*masked, mem, masked);
}
