#include "interposer/request/apply.h"

#include <stdlib.h>
#include <string.h>

#include "shared/ascii.h"
#include "interposer/request/redirect.h"
#include "settings/settings.h"
#include "interposer/answer/watch.h"

#define SET(state, option, value)                                              \
    is_set(state, real.curl_easy_setopt((state)->handle, option, value))

static bool
is_set(state_t *state, CURLcode rc)
{
    if (rc != CURLE_OK) {
        state->refused = rc;
    }

    return rc == CURLE_OK;
}

static const ss_edit_t *
find_edit(const ss_result_t *result, ss_edit_kind_t kind)
{
    for (size_t i = 0; i < result->edit_count; i++) {
        if (result->edits[i].kind == kind) {
            return &result->edits[i];
        }
    }

    return NULL;
}

static char *
append(char *p, ss_str_t s)
{
    if (s.len > 0) {
        memcpy(p, s.data, s.len);
    }

    return p + s.len;
}

/* --- headers ------------------------------------------------------------ */

static bool
is_header_edit(const ss_edit_t *edit)
{
    return edit->kind == SS_EDIT_HEADER_SET
           || edit->kind == SS_EDIT_HEADER_REMOVE;
}

static const ss_edit_t *
edit_of(const ss_result_t *result, const char *line)
{
    for (size_t i = 0; i < result->edit_count; i++) {
        const ss_edit_t *edit = &result->edits[i];

        if (is_header_edit(edit)
            && ascii_same(line, edit->name.data, edit->name.len)
            && strchr(":;", line[edit->name.len]) != NULL
            && line[edit->name.len] != '\0') {
            return edit;
        }
    }

    return NULL;
}

static bool
append_line(struct curl_slist **list, const char *line)
{
    struct curl_slist *longer = real.curl_slist_append(*list, line);

    if (longer == NULL) {
        return false;
    }
    *list = longer;

    return true;
}

/* "Name: value", or "Name:" for a header that is not to be sent, not even
   where libcurl would make one itself, as of -u. */
static bool
append_edit(struct curl_slist **list, const ss_edit_t *edit,
            const ss_mem_t *mem)
{
    char *line = mem->alloc(mem->ctx, edit->name.len + edit->value.len + 3);
    char *p = line;

    if (line == NULL) {
        return false;
    }

    p = append(p, edit->name);
    *p++ = ':';
    if (edit->kind == SS_EDIT_HEADER_SET) {
        *p++ = ' ';
        p = append(p, edit->value);
    }
    *p = '\0';

    return append_line(list, line);
}

static bool
line_names(const char *line, const char *name)
{
    size_t len = strlen(name);

    return ascii_same(line, name, len) && line[len] != '\0'
           && strchr(":;", line[len]) != NULL;
}

/* A length or a host that the program told is that of the request before. */
static bool
is_outdated(const ss_result_t *result, const char *line)
{
    return (line_names(line, "Content-Length")
            && find_edit(result, SS_EDIT_BODY) != NULL)
           || (line_names(line, "Host")
               && find_edit(result, SS_EDIT_ORIGIN) != NULL);
}

/* A list of headers in the making; done tells of each edit whether it is in. */
typedef struct {
    struct curl_slist **list;
    const ss_result_t *result;
    const ss_mem_t *mem;
    bool *done;
} making_t;

static bool
add_edit(making_t *making, const ss_edit_t *edit)
{
    bool *done = &making->done[edit - making->result->edits];

    if (*done) {
        return true;
    }
    *done = true;

    return append_edit(making->list, edit, making->mem);
}

/* Adds a line of the program's, or what became of it. */
static bool
add_line(making_t *making, ss_str_t text)
{
    char *line = making->mem->alloc(making->mem->ctx, text.len + 1);
    const ss_edit_t *edit;

    if (line == NULL) {
        return false;
    }
    *append(line, text) = '\0';

    edit = edit_of(making->result, line);
    if (edit != NULL) {
        return add_edit(making, edit);
    }

    return is_outdated(making->result, line) || append_line(making->list, line);
}

/* The program's own list, with the edited headers in their first place. */
static bool
edited_headers(const state_t *state, const ss_result_t *result,
               const ss_mem_t *mem, struct curl_slist **list)
{
    making_t making = { list, result, mem, NULL };

    making.done = mem->alloc(mem->ctx, result->edit_count + 1);
    if (making.done == NULL) {
        return false;
    }
    memset(making.done, 0, result->edit_count);

    for (const struct curl_slist *l = state->headers; l; l = l->next) {
        const char *rest = l->data;
        ss_str_t line;

        while (request_next_line(&rest, &line)) {
            if (!add_line(&making, line)) {
                return false;
            }
        }
    }

    for (size_t i = 0; i < result->edit_count; i++) {
        if (is_header_edit(&result->edits[i])
            && !add_edit(&making, &result->edits[i])) {
            return false;
        }
    }

    return true;
}

/* Whether credentials that stood elsewhere may be in the body now. */
static bool
moves_in(const ss_result_t *result)
{
    return find_edit(result, SS_EDIT_BODY) != NULL
           && (find_edit(result, SS_EDIT_METHOD) != NULL
               || find_edit(result, SS_EDIT_QUERY) != NULL
               || find_edit(result, SS_EDIT_HEADER_REMOVE) != NULL);
}

static bool
apply_headers(state_t *state, const ss_request_t *request,
              const ss_result_t *result, const ss_mem_t *mem)
{
    state->moved_in = moves_in(result);
    state->insecure = find_edit(result, SS_EDIT_ORIGIN) == NULL
                      && ss_engine_serves(setup()->engine, request->scheme,
                                          request->authority)
                             == 2;

    if (find_edit(result, SS_EDIT_HEADER_SET) == NULL
        && find_edit(result, SS_EDIT_HEADER_REMOVE) == NULL
        && find_edit(result, SS_EDIT_BODY) == NULL
        && find_edit(result, SS_EDIT_ORIGIN) == NULL && !state->edited_target) {
        return true;
    }

    state->edited_headers = true;

    return edited_headers(state, result, mem, &state->our_headers)
           && SET(state, CURLOPT_HTTPHEADER, state->our_headers)
           && SET(state, CURLOPT_PREREQFUNCTION, redirect_before_request)
           && SET(state, CURLOPT_PREREQDATA, state);
}

/* --- the URL ------------------------------------------------------------ */

/* The value of an edit, or what the request had. */
static ss_str_t
edited(const ss_result_t *result, ss_edit_kind_t kind, ss_str_t original)
{
    const ss_edit_t *edit = find_edit(result, kind);

    return edit != NULL ? edit->value : original;
}

/* Path and query as they are now. */
static ss_str_t
edited_rest(const outgoing_t *out, const ss_result_t *result,
            const ss_mem_t *mem)
{
    const ss_request_t *request = &out->request;
    ss_str_t path = edited(result, SS_EDIT_PATH, request->path);
    ss_str_t query = edited(result, SS_EDIT_QUERY, request->query);
    char *rest = mem->alloc(mem->ctx, path.len + query.len + 2), *p;

    if (rest == NULL) {
        return (ss_str_t){ NULL, 0 };
    }

    p = append(rest, path);
    if (query.len > 0
        || (request->has_query && find_edit(result, SS_EDIT_QUERY) == NULL)) {
        *p++ = '?';
        p = append(p, query);
    }
    *p = '\0';

    return (ss_str_t){ (const uint8_t *) rest, (size_t) (p - rest) };
}

static bool
set_url(state_t *state, const outgoing_t *out, const ss_edit_t *origin,
        ss_str_t rest, const ss_mem_t *mem)
{
    ss_str_t scheme = out->request.scheme, authority = out->request.authority;
    char *url, *p;

    if (origin != NULL) {
        const char *text = (const char *) origin->value.data;
        size_t len = (size_t) (strchr(text, ':') - text);

        scheme = (ss_str_t){ origin->value.data, len };
        authority = (ss_str_t){ origin->value.data + len + 3,
                                origin->value.len - len - 3 };
    }

    url = mem->alloc(mem->ctx, scheme.len + out->userinfo.len + authority.len
                                   + rest.len + 4);
    if (url == NULL) {
        return false;
    }

    p = append(url, scheme);
    p = append(p, text_of("://"));
    p = append(p, out->userinfo);
    p = append(p, authority);
    *append(p, rest) = '\0';

    state->edited_url = true;
    state->edited_port = origin != NULL && state->port > 0;

    /* a port that was set apart from the URL stands above the URL's */
    return (!state->edited_port || SET(state, CURLOPT_PORT, 0L))
           && (state->urlu == NULL || SET(state, CURLOPT_CURLU, NULL))
           && SET(state, CURLOPT_URL, url);
}

static bool
set_target(state_t *state, ss_str_t rest)
{
    state->edited_target = true;

    return SET(state, CURLOPT_REQUEST_TARGET, (const char *) rest.data);
}

static bool
apply_url(state_t *state, const outgoing_t *out, const ss_result_t *result,
          const ss_mem_t *mem)
{
    const ss_edit_t *origin = find_edit(result, SS_EDIT_ORIGIN);
    bool rest_changes = find_edit(result, SS_EDIT_PATH) != NULL
                        || find_edit(result, SS_EDIT_QUERY) != NULL;
    ss_str_t rest;

    if (origin == NULL && !rest_changes) {
        return true;
    }

    rest = edited_rest(out, result, mem);
    if (rest.data == NULL) {
        return false;
    }

    if (state->target == NULL) {
        return set_url(state, out, origin, rest, mem);
    }

    return (!rest_changes || set_target(state, rest))
           && (origin == NULL
               || set_url(state, out, origin, out->url_rest, mem));
}

/* --- method and body ---------------------------------------------------- */

/* A body of our own: what the program sets while it is sent must not free it,
   as it would free a copy of libcurl's. */
static bool
apply_body(state_t *state, ss_str_t body)
{
    state->our_body = malloc(body.len + 1);
    if (state->our_body == NULL) {
        return false;
    }
    *append(state->our_body, body) = '\0';
    state->our_body_len = body.len;
    state->edited_body = true;

    return is_set(state,
                  sending_replace(&state->sending, state->handle,
                                  (ss_str_t){ (const uint8_t *) state->our_body,
                                              body.len }));
}

/* A body makes it a POST, but for HEAD's sake; whatever else it is to be is
   said here. A method that the program named itself, and no rule changed,
   stays: it is also that of the requests after a redirect. */
static bool
apply_method(state_t *state, const ss_edit_t *method, const ss_mem_t *mem)
{
    ss_str_t name = method != NULL ? method->value : request_method(state);
    sends_t sends = sending_sends(&state->sending);
    char *custom;

    if (method == NULL && state->custom_method != NULL) {
        return true;
    }

    state->edited_method = true;
    if (name.len == 4 && memcmp(name.data, "POST", 4) == 0
        && !state->sending.no_body
        && (state->edited_body || sends != SENDS_UPLOAD)) {
        return SET(state, CURLOPT_CUSTOMREQUEST, NULL);
    }

    custom = mem->alloc(mem->ctx, name.len + 1);
    if (custom == NULL) {
        return false;
    }
    *append(custom, name) = '\0';

    return SET(state, CURLOPT_CUSTOMREQUEST, custom);
}

static bool
apply_method_and_body(state_t *state, const ss_result_t *result,
                      const ss_mem_t *mem)
{
    const ss_edit_t *method = find_edit(result, SS_EDIT_METHOD);
    const ss_edit_t *body = find_edit(result, SS_EDIT_BODY);

    if (method == NULL && body == NULL) {
        return true;
    }

    if ((body != NULL || sending_sends(&state->sending) == SENDS_NOTHING)
        && !apply_body(state, body != NULL ? body->value : text_of(""))) {
        return false;
    }

    return apply_method(state, method, mem);
}

/* --- all of it ---------------------------------------------------------- */

void
apply_undo(state_t *state)
{
    watch_undo(state);
    if (state->edited_url) {
        (void) SET(state, CURLOPT_URL, state->url);
        if (state->urlu != NULL) {
            (void) SET(state, CURLOPT_CURLU, state->urlu);
        }
    }

    if (state->edited_port) {
        (void) SET(state, CURLOPT_PORT, state->port);
    }

    if (state->edited_target) {
        (void) SET(state, CURLOPT_REQUEST_TARGET, state->target);
    }

    if (state->edited_body) {
        (void) is_set(state, sending_restore(&state->sending, state->handle));
    }

    if (state->edited_method) {
        (void) SET(state, CURLOPT_CUSTOMREQUEST, state->custom_method);
    }

    if (state->edited_headers) {
        (void) SET(state, CURLOPT_HTTPHEADER, state->headers);
        (void) SET(state, CURLOPT_PREREQFUNCTION, state->prereq);
        (void) SET(state, CURLOPT_PREREQDATA, state->prereq_data);
    }

    state_drop_ours(state);
    state->edited_headers = state->moved_in = false;
    state->edited_port = false;
    state->edited_url = state->edited_target = false;
    state->edited_body = state->edited_method = false;
}

bool
apply_lend_body(state_t *state)
{
    return state->edited_body
           && sending_restore(&state->sending, state->handle) == CURLE_OK;
}

void
apply_take_body(state_t *state)
{
    ss_str_t body = { (const uint8_t *) state->our_body, state->our_body_len };

    (void) is_set(state, sending_replace(&state->sending, state->handle, body));
}

const char *
apply(state_t *state, const outgoing_t *out, const ss_result_t *result,
      const ss_mem_t *mem)
{
    state->refused = CURLE_OK;

    if (apply_url(state, out, result, mem)
        && apply_method_and_body(state, result, mem)
        && apply_headers(state, &out->request, result, mem)) {
        return NULL;
    }

    apply_undo(state);

    return state->refused == CURLE_OK || state->refused == CURLE_OUT_OF_MEMORY
               ? "out of memory"
               : "libcurl does not take the changed request";
}

bool
apply_disarm(state_t *state)
{
    state->edited_url = true;

    return (state->urlu == NULL || SET(state, CURLOPT_CURLU, NULL))
           && SET(state, CURLOPT_URL, "rejected://by-a-rule");
}
