/*
 * lint_check.c: what the engine says of a request, and where in the file that
 * is.
 */

#include <stdlib.h>
#include <string.h>

#include "shared/ascii.h"
#include "tools/lint/lint.h"

/* --- names -------------------------------------------------------------- */

#define NAME_LEN 200 /* bytes of a name that are shown */
#define WORD_LEN 32  /* longer words are none, but tokens perhaps */
#define SECRET_WORD_MIN 6

static bool
has_long_word(ss_str_t name)
{
    size_t run = 0;

    for (size_t i = 0; i < name.len; i++) {
        run = strchr(" /.-_?&", name.data[i]) != NULL ? 0 : run + 1;
        if (run > WORD_LEN) {
            return true;
        }
    }

    return false;
}

/* Where the words of a method and a path end: what follows in a line that was
   not parsed, such as a curl command's, are options with their secrets. */
static size_t
words_end(ss_str_t text)
{
    static const char *const ends[] = { "%20", "%09", "%0a", "%0A",
                                        "%00", "%3F", "%3f", "%23" };
    size_t end = text.len;

    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] <= ' ' || strchr("?#\\\"'", text.data[i]) != NULL) {
            end = i;
            break;
        }
    }
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        size_t at = str_find(text, ends[i]);

        end = at < end ? at : end;
    }

    return end;
}

ss_str_t
lint_name(lint_t *lint, const ss_request_t *request)
{
    return join3(&lint->tmp,
                 str_cut(request->method, words_end(request->method)),
                 SS_STR(" "), str_cut(request->path, words_end(request->path)));
}

/* "password is hunter2": what speaks of a secret may say it; "v2", "401" and
   the like are no words. */
static bool
has_word_with_digits(ss_str_t name)
{
    size_t len = 0;
    bool digits = false;

    for (size_t i = 0; i <= name.len; i++) {
        if (i < name.len && name.data[i] > ' ') {
            digits |= name.data[i] >= '0' && name.data[i] <= '9';
            len++;
            continue;
        }
        if (digits && len >= SECRET_WORD_MIN) {
            return true;
        }
        digits = false;
        len = 0;
    }

    return false;
}

/* Names are people's; but many a request is named by its URL, and that may hold
   what the request holds. */
static bool
may_hold_secret(ss_str_t name)
{
    ss_str_t rest = name;
    size_t at;

    if (str_find(name, "@") < name.len || str_find(name, "=") < name.len
        || has_long_word(name) || ss_has_secret(name)
        || (ss_names_secret(name) && has_word_with_digits(name))) {
        return true;
    }

    for (at = str_find(rest, ":"); at < rest.len; at = str_find(rest, ":")) {
        rest = str_skip(rest, at + 1);
        if (!str_begins(rest, "//") && ss_names_secret(name)) {
            return true;
        }
    }

    return false;
}

static ss_str_t
shown_name(lint_t *lint, ss_str_t name)
{
    ss_str_t text;

    if (may_hold_secret(name)) {
        return SS_STR("(a name that is not shown)");
    }

    if (ss_printable(str_cut(name, NAME_LEN), &lint->mem, &text) != SS_OK) {
        return SS_STR("");
    }

    return str_copy(text, &lint->mem);
}

/* --- places ------------------------------------------------------------- */

/* Where the findings' places are parts of others. */
static const struct {
    const char *word;
    const char *part;
} parts[] = {
    { "path", "url" },       { "query", "url" }, { "host", "url" },
    { "scheme", "url" },     { "body", "body" }, { "document", "body" },
    { "parameter", "body" }, { "data", "body" },
};

static bool
names_part(const part_t *part, ss_str_t word, ss_str_t rest)
{
    return str_is(word, part->what)
           && (part->name.len == 0
               || (rest.len == part->name.len
                   && ascii_same(rest.data, part->name.data, rest.len)));
}

static const part_t *
find_part(const call_t *call, ss_str_t word, ss_str_t rest)
{
    for (size_t i = 0; i < call->part_count; i++) {
        if (names_part(&call->parts[i], word, rest)) {
            return &call->parts[i];
        }
    }

    return NULL;
}

/* "body parameter client_id": each word may lead on. */
static place_t
place_in_file(const call_t *call, ss_str_t place)
{
    place_t at = call->at;

    while (place.len > 0) {
        ss_str_t word = str_cut(place, str_find(place, " "));
        const part_t *part;

        place = str_skip(place, word.len + 1);
        part = find_part(call, word, place);

        for (size_t i = 0; part == NULL && i < sizeof(parts) / sizeof(parts[0]);
             i++) {
            if (str_is(word, parts[i].word)) {
                part = find_part(call, str_of(parts[i].part), SS_STR(""));
            }
        }

        if (part != NULL) {
            at = part->at;
        }
    }

    return at;
}

/* --- keeping ------------------------------------------------------------ */

/* Makes room for one more in a list; false: no memory. */
static bool
room(lint_t *lint, void *list, size_t count, size_t *size, size_t item)
{
    size_t wanted = *size == 0 ? 64 : *size * 2;
    void *old, *new;

    if (count < *size) {
        return true;
    }

    memcpy(&old, list, sizeof(old));
    new = realloc(old, wanted * item);
    if (new == NULL) {
        lint->nomem = true;
        return false;
    }
    memcpy(list, &new, sizeof(new));
    *size = wanted;

    return true;
}

/* What the core says has no secret in it of a request that was read well; this
   one may be a line of something else. */
static ss_str_t
shown(lint_t *lint, ss_str_t text)
{
    ss_str_t clean;

    return ss_redact_text(text, &lint->tmp, &clean) == SS_OK
                   && ss_printable(clean, &lint->tmp, &clean) == SS_OK
               ? str_copy(clean, &lint->mem)
               : SS_STR("");
}

static void
keep(lint_t *lint, const call_t *call, const ss_finding_t *finding)
{
    size_t *counts[] = { [SS_ERROR] = &lint->errors,
                         [SS_WARNING] = &lint->warnings,
                         [SS_INFO] = &lint->notes };

    if (!room(lint, &lint->findings, lint->finding_count, &lint->finding_size,
              sizeof(*lint->findings))) {
        return;
    }

    lint->findings[lint->finding_count++] = (lint_finding_t){
        .rule = finding->rule,
        .outcome = finding->outcome,
        .place = shown(lint, finding->place),
        .message = shown(lint, finding->message),
        .fix = shown(lint, finding->fix),
        .at = place_in_file(call, finding->place),
    };
    ++*counts[finding->rule->severity];
}

static void
keep_all(lint_t *lint, const call_t *call, const ss_result_t *result)
{
    lint_checked_t checked = { .at = call->at, .first = lint->finding_count };

    if (!room(lint, &lint->checked, lint->checked_count, &lint->checked_size,
              sizeof(*lint->checked))) {
        return;
    }

    for (size_t i = 0; i < result->finding_count; i++) {
        keep(lint, call, &result->findings[i]);
    }

    checked.name = shown_name(lint, call->name);
    checked.count = lint->finding_count - checked.first;
    lint->checked[lint->checked_count++] = checked;
}

/* --- checking ----------------------------------------------------------- */

bool
lint_stopped(const lint_t *lint)
{
    return lint->nomem || lint->refusal != NULL;
}

static void
limit_body(const lint_t *lint, ss_request_t *request)
{
    if (request->body_state == SS_BODY_COMPLETE
        && request->body.len > ss_engine_max_body(lint->engine)) {
        request->body_state = SS_BODY_TOO_LARGE;
        request->body = SS_STR("");
    }
}

static void
ask(lint_t *lint, const call_t *call)
{
    ss_result_t result;

    if (ss_check(lint->engine, &call->request, &lint->tmp, &result) == SS_OK) {
        keep_all(lint, call, &result);
    }
}

void
lint_check(lint_t *lint, call_t *call)
{
    ss_request_t *request = &call->request;

    request->headers = call->headers;
    request->header_count = call->header_count;
    request->account = lint->account;
    request->team = lint->team;
    /* whatever the file says: this is no traffic, and nothing is changed */
    request->mode = SS_MODE_OBSERVE;
    limit_body(lint, request);

    if (lint->nomem) {
        return;
    }

    if (request->at_gateway
        || ss_engine_serves(lint->engine, request->scheme,
                            request->authority)) {
        ask(lint, call);
    } else {
        lint->elsewhere++;
    }

    if (lint->budget == 0) {
        lint->refusal = "its variables, put into each other, are more than 16 "
                        "MiB";
        lint->refused_at = call->at;
    }

    ss_arena_release(&lint->scratch);
}

void
lint_find_slug(lint_t *lint)
{
    ss_request_t request = {
        .method = SS_STR("GET"),
        .scheme = SS_STR("https"),
        .path = SS_STR("/"),
        .at_gateway = 1,
        .mode = SS_MODE_OBSERVE,
        .account = lint->account,
        .team = lint->team,
    };
    ss_result_t result;

    lint->slug = SS_STR(UNKNOWN);
    if (ss_check(lint->engine, &request, &lint->mem, &result) == SS_OK
        && result.account.len > 0) {
        lint->slug = result.account;
    }
}
