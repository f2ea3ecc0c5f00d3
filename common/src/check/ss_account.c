/*
 * ss_account.c: what `auto` needs to know the account.
 */

#include "http/ss_bearer.h"
#include "check/ss_check.h"
#include "text/ss_crypto.h"
#include "http/ss_placeholder.h"
#include "json/ss_scan.h"

static bool
rules_use_account(const ss_profile_t *profile)
{
    return profile->action[SS_INDEX_account_slug_missing] != SS_ACTION_OFF
           || profile->action[SS_INDEX_account_slug_placeholder]
                  != SS_ACTION_OFF
           || profile->action[SS_INDEX_account_slug_mismatch] != SS_ACTION_OFF;
}

static bool
has_account(const ss_path_t *path, ss_kind_t kind)
{
    if (kind != SS_KIND_API && kind != SS_KIND_FILE && kind != SS_KIND_ACTION) {
        return false;
    }

    /* a path without its version has a resource, so an account too */
    return path->version == SS_SEGMENTS || !ss_path_is_global(path);
}

/* The one Authorization of a request, where it is a well-formed token. */
static bool
find_token(const ss_request_t *request, ss_str_t *value)
{
    unsigned count = 0;
    ss_str_t token;

    for (size_t i = 0; i < request->header_count; i++) {
        if (ss_eq_nocase(request->headers[i].name, SS_STR("Authorization"))) {
            *value = request->headers[i].value;
            count++;
        }
    }

    return count == 1 && ss_bearer_parse(*value, &token);
}

/* The Authorization that repairs make of another one, or of a query. A request
   that is only observed gets the findings that it would get with the account
   of its repaired token. */
static bool
find_repaired_token(const ss_engine_t *engine, const ss_request_t *request,
                    const ss_mem_t *mem, ss_str_t *value)
{
    ss_request_t enforced = *request;
    ss_result_t result;
    ss_str_t token;

    enforced.mode = SS_MODE_ENFORCE;
    if (ss_check(engine, &enforced, mem, &result) != SS_OK) {
        return false;
    }

    for (size_t i = 0; i < result.edit_count; i++) {
        const ss_edit_t *edit = &result.edits[i];

        if (edit->kind == SS_EDIT_HEADER_SET
            && ss_eq_nocase(edit->name, SS_STR("Authorization"))) {
            *value = edit->value;
            return ss_bearer_parse(*value, &token);
        }
    }

    return false;
}

int
ss_wants_account(const ss_engine_t *engine, const ss_request_t *request,
                 const ss_mem_t *mem, ss_str_t *authorization)
{
    const ss_profile_t *profile;
    const ss_team_t *team;
    ss_str_t value;
    ss_path_t path;
    ss_at_t at;

    *authorization = SS_STR("");

    /* a file that names the account is done here, but for the teams */
    profile = ss_profile_for(engine, request, SS_STR(""), &team);
    if (!ss_account_is_auto(profile, request) || !rules_use_account(profile)
        || ss_mode_for(engine, request, team) == SS_MODE_OFF
        || ss_is_preflight(request)
        || ss_check_at(engine, request, &at) == SS_NOT_SERVED) {
        return 0;
    }

    ss_path_parse(request->path, &path);

    if (!has_account(&path, ss_kind_for(profile, &path, request->method, at))
        || (!find_token(request, &value)
            && !find_repaired_token(engine, request, mem, &value))) {
        return 0;
    }
    *authorization = value;

    return 1;
}

void
ss_account_origin(const ss_engine_t *engine, const ss_request_t *request,
                  ss_str_t *scheme, ss_str_t *authority)
{
    ss_at_t at;
    bool served = ss_check_at(engine, request, &at) == SS_SERVED;

    /* what is at a gateway already goes on from there */
    if (served && at == SS_AT_GATEWAY && !request->at_gateway) {
        *scheme = request->scheme;
        *authority = request->authority;
    } else {
        *scheme = engine->api.scheme;
        *authority = engine->api.authority;
    }
}

int
ss_account_key(ss_str_t authorization, ss_str_t place, const ss_mem_t *mem,
               char hex[65])
{
    ss_str_t token, text;

    hex[0] = '\0';
    if (!ss_bearer_parse(authorization, &token)) {
        return SS_OK;
    }

    /* no token has a blank in it */
    if (SS_JOIN(mem, &text, token, SS_STR(" "), place) != SS_OK) {
        return SS_ERR_NOMEM;
    }
    ss_secret_hash(text, hex);

    return SS_OK;
}

/* --- the answer to GET /v1/me ------------------------------------------- */

/* Where the slug stands. */
static const char *const way[] = { "data", "attributes", "account-slug" };

/*
 * Goes to the end in any case: a text is JSON as a whole or not at all. Only
 * objects on the way are entered, all else is skipped: how many of them are
 * open is how far it was followed.
 */
static ss_str_t
find_slug(ss_scan_t *scan)
{
    ss_str_t slug = SS_STR(""), token;
    unsigned followed = 0;
    ss_scan_kind_t kind;

    while ((kind = ss_scan_next(scan, &token)) != SS_SCAN_END
           && kind != SS_SCAN_FAILED) {
        if (kind == SS_SCAN_OBJECT_END) {
            followed = scan->depth > 0 ? scan->depth - 1 : 0;
            continue;
        }

        if (kind != SS_SCAN_NAME) {
            continue;
        }

        if (!ss_scan_is(token, ss_cstr(way[followed]))) {
            ss_scan_skip(scan, ss_scan_next(scan, &token));
            continue;
        }

        kind = ss_scan_next(scan, &token);
        if (kind == SS_SCAN_OBJECT && followed < 2) {
            followed++;
        } else if (kind == SS_SCAN_STRING && followed == 2) {
            slug = token;
        } else {
            ss_scan_skip(scan, kind);
        }
    }

    return kind == SS_SCAN_END ? slug : SS_STR("");
}

int
ss_account_of(ss_str_t body, const ss_mem_t *mem, ss_str_t *account)
{
    ss_str_t slug, token;
    ss_scan_t scan;

    *account = SS_STR("");

    ss_scan_init(&scan, body);
    if (ss_scan_next(&scan, &token) != SS_SCAN_OBJECT) {
        return SS_OK;
    }

    slug = ss_scan_decode(find_slug(&scan), mem);
    if (slug.data == NULL) {
        return SS_ERR_NOMEM;
    }

    /* a word that a template left there names no account */
    if (ss_account_valid(slug) && !ss_is_slug_placeholder(slug)) {
        *account = slug;
    }

    return SS_OK;
}
