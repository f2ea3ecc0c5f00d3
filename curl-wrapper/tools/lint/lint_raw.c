/*
 * lint_raw.c: requests as they are on the wire, and as editors' .http files
 * write them: several, separated by lines of "###", with comments, variables
 * ("@name = value") and bodies in other files ("< ./body.json").
 */

#include <ctype.h>
#include <string.h>

#include "tools/lint/lint.h"

typedef struct {
    lint_t *lint;
    vars_t vars;
    ss_str_t rest; /* of the file */
    call_t call;
    ss_str_t title; /* of the next request */
    bool has_body;
} raw_t;

static place_t
place_of(const raw_t *raw, ss_str_t slice)
{
    return (place_t){ (uint32_t) (slice.data - raw->lint->text.data), 0 };
}

static ss_str_t
resolved(raw_t *raw, ss_str_t text)
{
    return vars_resolve(&raw->vars, text, &raw->lint->budget, &raw->lint->tmp);
}

static bool
peek_line(const raw_t *raw, ss_str_t *line)
{
    ss_str_t rest = raw->rest;

    return str_line(&rest, line);
}

static bool
is_separator(ss_str_t line)
{
    return str_begins(line, "###");
}

/* --- before the request line -------------------------------------------- */

/* "@name = value" */
static void
read_variable(raw_t *raw, ss_str_t line)
{
    size_t equals = str_find(line, "=");
    ss_str_t name = str_trim(str_skip(str_cut(line, equals), 1));
    ss_str_t value = str_trim(str_skip(line, equals + 1));
    char key[256];

    if (name.len == 0 || name.len >= sizeof(key)) {
        return;
    }
    memcpy(key, name.data, name.len);
    key[name.len] = '\0';

    /* what is no UTF-8 is not taken, and stays unknown */
    (void) json_object_set_new(
        raw->vars.values, key,
        json_stringn((const char *) value.data, value.len));
}

/* What editors do before the request, and with the answer: "< {% ... %}" over
   several lines, ">> file", "<> file". */
static bool
skip_script(ss_str_t *rest, ss_str_t line)
{
    if (str_begins(line, ">>") || str_begins(line, "<>")) {
        return true;
    }

    if (!str_begins(line, "> {%") && !str_begins(line, "< {%")) {
        return false;
    }

    while (str_find(line, "%}") == line.len && str_line(rest, &line)) {
        continue;
    }

    return true;
}

/* "# @name getToken" */
static ss_str_t
title_of_comment(ss_str_t line)
{
    size_t at = str_find(line, "@name ");

    return at < line.len ? str_trim(str_skip(line, at + 6)) : SS_STR("");
}

/* Tells whether a line is none of a request's. */
static bool
is_between(raw_t *raw, ss_str_t line)
{
    ss_str_t text = str_trim(line), title = SS_STR("");

    if (is_separator(text)) {
        title = str_trim(str_skip(text, 3));
    } else if (str_begins(text, "#") || str_begins(text, "//")) {
        title = title_of_comment(text);
    } else {
        return text.len == 0 || str_begins(text, "@")
               || skip_script(&raw->rest, text);
    }

    if (title.len > 0) {
        raw->title = title;
    }

    return true;
}

/* --- the request line --------------------------------------------------- */

static bool
is_token(ss_str_t word)
{
    for (size_t i = 0; i < word.len; i++) {
        if (!isalnum(word.data[i]) && strchr("-_{}", word.data[i]) == NULL) {
            return false;
        }
    }

    return word.len > 0 && word.len <= 64;
}

static bool
is_target(ss_str_t word)
{
    return str_begins(word, "/") || str_begins(word, "http://")
           || str_begins(word, "https://") || str_begins(word, "{{")
           || str_is(word, "*");
}

/* "METHOD target HTTP/1.1", "METHOD target" or "target"; a target may have
   blanks in it when it is a variable's name, or a mistake. */
static bool
split_request_line(ss_str_t line, ss_str_t *method, ss_str_t *target)
{
    size_t version = str_find(line, " HTTP/"), blank;

    line = str_trim(str_cut(line, version));
    blank = str_find(line, " ");
    *method = str_cut(line, blank);
    *target = str_trim(str_skip(line, blank));

    if (is_token(*method) && is_target(*target)) {
        return true;
    }

    *method = SS_STR("GET");
    *target = line;

    return is_target(line) && !str_begins(line, "/");
}

bool
lint_is_raw(ss_str_t text)
{
    ss_str_t line, method, target;

    while (str_line(&text, &line)) {
        line = str_trim(line);
        if (line.len > 0 && !str_begins(line, "#") && !str_begins(line, "//")
            && !str_begins(line, "@") && !skip_script(&text, line)) {
            return split_request_line(line, &method, &target);
        }
    }

    return false;
}

/* Lines that go on with the URL begin with a blank. */
static ss_str_t
whole_line(raw_t *raw, ss_str_t first)
{
    text_t text = text_new(&raw->lint->tmp);
    ss_str_t line;

    text_add(&text, first);
    while (peek_line(raw, &line) && line.len > 0
           && (line.data[0] == ' ' || line.data[0] == '\t')
           && str_trim(line).len > 0) {
        text_add(&text, str_trim(line));
        str_line(&raw->rest, &line);
    }

    return text_done(&text);
}

static bool
read_request_line(raw_t *raw, ss_str_t line, ss_str_t *target)
{
    ss_str_t method;

    raw->call = (call_t){ .at = place_of(raw, str_trim(line)) };

    if (!split_request_line(whole_line(raw, line), &method, target)) {
        return false;
    }

    raw->call.request.method =
        vars_replace(resolved(raw, method), "GET", &raw->lint->tmp);
    call_part(raw->lint, &raw->call, "url", SS_STR(""), raw->call.at);

    return true;
}

/* --- headers ------------------------------------------------------------ */

static void
read_header(raw_t *raw, ss_str_t line)
{
    size_t colon = str_find(line, ":");
    ss_str_t name = str_trim(str_cut(line, colon));

    if (colon == line.len || name.len == 0) {
        return;
    }

    call_header(raw->lint, &raw->call, name,
                resolved(raw, str_skip(line, colon + 1)));
    call_part(raw->lint, &raw->call, "header", name, place_of(raw, name));
}

static void
read_headers(raw_t *raw)
{
    ss_str_t line;

    while (peek_line(raw, &line) && !is_separator(line)) {
        str_line(&raw->rest, &line);
        if (line.len == 0) {
            raw->has_body = true;
            return;
        }
        if (!str_begins(line, "#") && !str_begins(line, "//")) {
            read_header(raw, line);
        }
    }
}

/* --- the body ----------------------------------------------------------- */

static bool
ends_body(ss_str_t line)
{
    ss_str_t rest = SS_STR("");

    return is_separator(line)
           || (!str_begins(line, "< ") && skip_script(&rest, line));
}

static ss_str_t
take_body(raw_t *raw)
{
    ss_str_t body = raw->rest, line;

    while (peek_line(raw, &line) && !ends_body(line)) {
        str_line(&raw->rest, &line);
    }
    body.len -= raw->rest.len;

    /* line ends at the end are the file's */
    while (body.len > 0 && strchr("\r\n", body.data[body.len - 1]) != NULL) {
        body.len--;
    }

    return body;
}

/* Forms may be written a parameter a line. */
static ss_str_t
joined(raw_t *raw, ss_str_t body)
{
    const ss_str_t *type = call_find_header(&raw->call, "Content-Type");
    text_t text = text_new(&raw->lint->tmp);
    ss_str_t line;

    if (type == NULL
        || !str_begins(*type, "application/x-www-form-urlencoded")) {
        return body;
    }

    while (str_line(&body, &line)) {
        text_add(&text, str_trim(line));
    }

    return text_done(&text);
}

/* Where the parameters of a form stand. */
static void
note_parameters(raw_t *raw, ss_str_t body)
{
    while (body.len > 0) {
        ss_str_t piece = str_cut(body, str_find(body, "&")), name;

        body = str_skip(body, piece.len + 1);
        piece = str_trim(piece);
        name = str_cut(piece, str_find(piece, "="));
        if (name.len > 0 && name.len < piece.len) {
            call_part(raw->lint, &raw->call, "parameter", name,
                      place_of(raw, name));
        }
    }
}

static void
read_body(raw_t *raw)
{
    ss_str_t body = take_body(raw);

    if (body.len == 0) {
        return;
    }

    call_part(raw->lint, &raw->call, "body", SS_STR(""), place_of(raw, body));
    note_parameters(raw, body);

    if (str_begins(body, "< ") || str_begins(body, "<@")) {
        call_unknown_body(&raw->call);
    } else {
        call_text_body(raw->lint, &raw->call, joined(raw, resolved(raw, body)));
    }
}

/* --- where it goes ------------------------------------------------------ */

/* The scheme is not said where the host is: it is the one that the service has
   there. */
static ss_str_t
scheme_of(const raw_t *raw, ss_str_t host)
{
    const ss_engine_t *engine = raw->lint->engine;

    return ss_engine_serves(engine, SS_STR("https"), host) != 1
                   && ss_engine_serves(engine, SS_STR("http"), host) == 1
               ? SS_STR("http")
               : SS_STR("https");
}

static void
read_target(raw_t *raw, ss_str_t target)
{
    ss_request_t *request = &raw->call.request;
    const ss_str_t *host = call_find_header(&raw->call, "Host");

    call_url(raw->lint, &raw->call, resolved(raw, target), "https");
    if (request->authority.len > 0) {
        return;
    }

    if (host == NULL || host->len == 0 || vars_any(*host)) {
        request->at_gateway = 1;
        request->scheme = SS_STR("https");
        request->authority = SS_STR("variable.invalid");
    } else {
        request->authority = *host;
        request->scheme = scheme_of(raw, *host);
    }
}

static void
read_request(raw_t *raw, ss_str_t line)
{
    ss_str_t target;

    if (!read_request_line(raw, line, &target)) {
        raw->lint->refusal = "here a request line must stand: METHOD, a "
                             "blank, and the URL; requests are separated by "
                             "lines of \"###\"";
        raw->lint->refused_at = raw->call.at;
        return;
    }

    raw->has_body = false;
    read_headers(raw);
    read_target(raw, target);
    if (raw->has_body) {
        read_body(raw);
    }
    call_settle_headers(raw->lint, &raw->call);

    raw->call.name = raw->title.len > 0
                         ? raw->title
                         : lint_name(raw->lint, &raw->call.request);
    raw->title = SS_STR("");
    lint_check(raw->lint, &raw->call);
}

/* Variables count for the whole file, wherever they stand. */
static void
read_variables(raw_t *raw)
{
    ss_str_t rest = raw->lint->text, line;

    while (str_line(&rest, &line)) {
        if (str_begins(line, "@")) {
            read_variable(raw, line);
        }
    }
}

void
lint_raw(lint_t *lint)
{
    raw_t raw = { .lint = lint, .rest = lint->text };
    ss_str_t line;

    raw.vars.values = json_object();
    if (raw.vars.values == NULL) {
        lint->nomem = true;
        return;
    }
    read_variables(&raw);

    while (!lint_stopped(lint) && str_line(&raw.rest, &line)) {
        if (!is_between(&raw, line)) {
            read_request(&raw, line);
        }
    }

    json_decref(raw.vars.values);
}
