/*
 * doctor.c: --ss-doctor, check by check. What an answer says is looked for in
 * tables; none of its bytes are told, but for an account that is one.
 */

#include "doctor.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "guard.h"
#include "report.h"
#include "request.h"
#include "setup.h"

#define JSONAPI "application/vnd.api+json"

/* Seconds that the clock may be off. */
#define SKEW_NOTED 60
#define SKEW_BAD 300

int scopestack_doctor(const char *curl, const char *refusal, int argc,
                      char **argv);

typedef struct {
    const char *curl;
    doctor_words_t words;
    const ss_mem_t *mem;
    ss_result_t result;     /* of GET /v1/me with the token */
    ss_str_t authorization; /* as it leaves; empty: none */
    doctor_answer_t auth;   /* POST /oauth/token */
    doctor_answer_t api;    /* GET /v1/me */
} doctor_t;

/* --- requests ------------------------------------------------------------- */

static ss_request_t
request_for(const char *method, const char *path)
{
    return (ss_request_t){
        .method = text_of(method),
        .path = text_of(path),
        .at_gateway = 1,
        .mode = setup()->mode,
        .account = setup()->account,
        .team = setup()->team,
    };
}

static ss_route_t
route_of(const char *path)
{
    ss_request_t request = request_for("GET", path);
    ss_route_t route;

    ss_route(setup()->engine, &request, &route);

    return route;
}

/* What the rules make of GET /v1/me, where that has told the account known. */
static int
check_me(const doctor_t *doctor, const char *accept, ss_str_t known,
         ss_result_t *result)
{
    ss_request_t request = request_for("GET", "/v1/me");
    ss_route_t route = route_of("/v1/me");
    ss_header_t *headers =
        doctor->mem->alloc(doctor->mem->ctx, 2 * sizeof(*headers));

    if (headers == NULL) {
        return SS_ERR_NOMEM;
    }

    headers[0] = (ss_header_t){ text_of("Accept"), text_of(accept) };
    headers[1] =
        (ss_header_t){ text_of("Authorization"), doctor->words.authorization };
    request.at_gateway = 0;
    request.known_account = known;
    request.scheme = route.scheme;
    request.authority = route.host;
    request.headers = headers;
    request.header_count = doctor->words.authorization.len > 0 ? 2 : 1;

    return ss_check(setup()->engine, &request, doctor->mem, result);
}

static int
ask(const doctor_t *doctor, const char *path, const char *const *more,
    ss_str_t authorization, doctor_answer_t *answer)
{
    ss_route_t route = route_of(path);
    text_t url = say("%.*s://%.*s%s", (int) route.scheme.len,
                     (const char *) route.scheme.data, (int) route.host.len,
                     (const char *) route.host.data, path);
    doctor_run_t run = { doctor->curl, &doctor->words, url.text, more,
                         authorization };

    return doctor_run(&run, doctor->mem, answer);
}

/* --- here ----------------------------------------------------------------- */

static void
tell_curl(const char *curl, const char *refusal)
{
    doctor_tell("curl", refusal != NULL ? DOCTOR_FAILED : DOCTOR_OK,
                refusal != NULL ? refusal : curl,
                refusal != NULL ? "set SCOPESTACK_CURL to another curl" : NULL);
}

static void
tell_rules(const doctor_t *doctor)
{
    char path[4096];
    bool file = setup_find_file(path, sizeof(path));
    text_t text = say("%.200s, mode %s", file ? path : "built in",
                      ss_mode_name(doctor->result.mode));

    if (doctor->result.mode == SS_MODE_ENFORCE) {
        doctor_tell("rules", DOCTOR_OK, text.text, NULL);
    } else {
        doctor_tell("rules", DOCTOR_WARNING, text.text,
                    "nothing is repaired in this mode; enforce does that");
    }
}

static bool
tell_way(const doctor_t *doctor, const char *which, const char *path,
         const doctor_answer_t *answer)
{
    ss_route_t route = route_of(path);

    return doctor_tell_way(&doctor->words, which, &route, answer);
}

/* --- the clock ------------------------------------------------------------ */

/* Seconds that this clock is ahead. */
static bool
skew_of(const doctor_answer_t *answer, long *skew)
{
    ss_str_t date = doctor_header(answer, "Date");
    text_t text = say("%.*s", (int) date.len, (const char *) date.data);
    struct tm tm = { .tm_isdst = 0 };
    time_t there;

    if (answer->status == 0
        || strptime(text.text, "%a, %d %b %Y %H:%M:%S", &tm) == NULL) {
        return false;
    }

    there = timegm(&tm);
    *skew = there < answer->began   ? (long) (answer->began - there)
            : there > answer->ended ? (long) (answer->ended - there)
                                    : 0;

    return true;
}

static void
tell_clock(const doctor_t *doctor)
{
    long skew, size;
    text_t text;

    if (!skew_of(&doctor->api, &skew) && !skew_of(&doctor->auth, &skew)) {
        doctor_tell("clock", DOCTOR_SKIPPED, "no answer says the date", NULL);
        return;
    }

    size = skew < 0 ? -skew : skew;
    text =
        say("%ld s %s the service's", size, skew < 0 ? "behind" : "ahead of");
    if (size <= SKEW_NOTED) {
        doctor_tell("clock", DOCTOR_OK, "it agrees with the service's", NULL);
    } else {
        doctor_tell("clock", size > SKEW_BAD ? DOCTOR_FAILED : DOCTOR_WARNING,
                    text.text,
                    "set this machine's clock; tokens seem expired "
                    "too early or too late otherwise");
    }
}

/* --- the token endpoint --------------------------------------------------- */

/* The `error` of an OAuth answer, when it is a word that may be told. */
static text_t
oauth_error(const doctor_answer_t *answer)
{
    json_t *root =
        json_loadb((const char *) answer->body.data, answer->body.len, 0, NULL);
    const char *word = json_string_value(json_object_get(root, "error"));
    text_t text = { "" };

    if (word != NULL && strlen(word) < 40
        && word[strspn(word, "abcdefghijklmnopqrstuvwxyz_")] == '\0') {
        text = say("%s", word);
    }
    json_decref(root);

    return text;
}

static void
tell_token_endpoint(const doctor_t *doctor, bool answered)
{
    const doctor_answer_t *answer = &doctor->auth;
    text_t error, status = say("it answers %u", answer->status);

    if (!answered) {
        doctor_tell("token-endpoint", DOCTOR_SKIPPED, "no answer", NULL);
        return;
    }

    error = oauth_error(answer);
    if (error.text[0] != '\0' && answer->status < 500) {
        doctor_tell("token-endpoint", DOCTOR_OK,
                    say("it answers a request without parameters with %u %s",
                        answer->status, error.text)
                        .text,
                    NULL);
    } else if (answer->status == 429 || answer->status >= 500) {
        doctor_tell("token-endpoint", DOCTOR_FAILED, status.text,
                    "try again later; the service or a proxy is at fault");
    } else {
        doctor_tell("token-endpoint", DOCTOR_FAILED,
                    say("%s, with no OAuth error", status.text).text,
                    "look at auth_url in the rules file, and at the proxy");
    }
}

/* --- the token ------------------------------------------------------------ */

#define GIVE_TOKEN "give a token by --oauth2-bearer or -H @FILE"

/* Why a token is not taken, by words in WWW-Authenticate. */
static const char *
refusal_of(const doctor_answer_t *answer)
{
    ss_str_t said = doctor_header(answer, "WWW-Authenticate");

    if (said.len > 0 && memmem(said.data, said.len, "expired", 7) != NULL) {
        return "it has expired";
    }
    if (said.len > 0 && memmem(said.data, said.len, "revoked", 7) != NULL) {
        return "it was revoked";
    }

    return "it is not known";
}

/* What the rules found in the header itself. */
static const ss_finding_t *
finding_of_header(const doctor_t *doctor)
{
    for (size_t i = 0; i < doctor->result.finding_count; i++) {
        const ss_finding_t *finding = &doctor->result.findings[i];

        if (strcmp(finding->rule->id, "authorization-malformed") == 0) {
            return finding;
        }
    }

    return NULL;
}

static void
tell_header(const doctor_t *doctor)
{
    const ss_finding_t *finding = finding_of_header(doctor);
    text_t fix;

    if (finding == NULL) {
        return;
    }

    fix = say("%.*s", (int) finding->fix.len, (const char *) finding->fix.data);
    doctor_tell("token-header", DOCTOR_WARNING,
                say("%.*s", (int) finding->message.len,
                    (const char *) finding->message.data)
                    .text,
                fix.text);
}

static void
tell_token(const doctor_t *doctor, bool answered)
{
    unsigned status = doctor->api.status;

    if (doctor->authorization.len == 0) {
        doctor_tell("token", DOCTOR_SKIPPED, "there is none", GIVE_TOKEN);
        return;
    }

    tell_header(doctor);
    if (!answered) {
        doctor_tell("token", DOCTOR_SKIPPED, "no answer", NULL);
    } else if (status == 200) {
        doctor_tell("token", DOCTOR_OK, "GET /v1/me takes it", NULL);
    } else if (status == 401) {
        doctor_tell(
            "token", DOCTOR_FAILED,
            say("GET /v1/me answers 401: %s", refusal_of(&doctor->api)).text,
            "get a new one at the token endpoint");
    } else if (status == 403) {
        doctor_tell("token", DOCTOR_FAILED, "GET /v1/me answers 403",
                    "look at the user's role; a new token does not help");
    } else {
        doctor_tell("token", DOCTOR_FAILED,
                    say("GET /v1/me answers %u", status).text,
                    status == 429 || status >= 500
                        ? "try again later"
                        : "look at api_url in the rules file, and at the "
                          "proxy");
    }
}

/* --- the account ---------------------------------------------------------- */

static text_t
account_of(const doctor_t *doctor)
{
    text_t text = { "" };
    ss_str_t slug;

    if (ss_account_of(doctor->api.body, doctor->mem, &slug) == SS_OK
        && slug.len < sizeof(text.text)) {
        text = say("%.*s", (int) slug.len, (const char *) slug.data);
    }

    return text;
}

/* `auto` takes what the service tells; no account at all takes nothing. */
static bool
is_auto(const doctor_t *doctor, const char *theirs)
{
    ss_result_t result;

    return doctor->result.account.len == 0
           && check_me(doctor, JSONAPI, text_of(theirs), &result) == SS_OK
           && result.account.len > 0;
}

static void
compare_accounts(const char *theirs, ss_str_t ours)
{
    bool same =
        strlen(theirs) == ours.len && memcmp(theirs, ours.data, ours.len) == 0;

    if (same) {
        doctor_tell("account", DOCTOR_OK, theirs, NULL);
    } else if (ours.len == 0) {
        doctor_tell("account", DOCTOR_WARNING,
                    say("the token is of %s, and none is set", theirs).text,
                    say("write account: %s or account: auto into the rules "
                        "file, or give --ss-account %s",
                        theirs, theirs)
                        .text);
    } else {
        doctor_tell(
            "account", DOCTOR_FAILED,
            say("the token is of %s, and %.*s is set", theirs, (int) ours.len,
                (const char *) ours.data)
                .text,
            say("set account: %s, or use a token of the other", theirs).text);
    }
}

static void
tell_account(const doctor_t *doctor)
{
    text_t theirs;

    if (doctor->authorization.len == 0 || doctor->api.status != 200) {
        doctor_tell("account", DOCTOR_SKIPPED, "GET /v1/me has not told it",
                    NULL);
        return;
    }

    theirs = account_of(doctor);
    if (theirs.text[0] == '\0') {
        doctor_tell("account", DOCTOR_FAILED,
                    "the answer to GET /v1/me has no account-slug",
                    "look at api_url in the rules file, and at the proxy");
        return;
    }

    if (is_auto(doctor, theirs.text)) {
        doctor_tell("account", DOCTOR_OK,
                    say("%s, by account: auto", theirs.text).text, NULL);
    } else {
        compare_accounts(theirs.text, doctor->result.account);
    }
}

/* --- Accept --------------------------------------------------------------- */

static bool
is_repaired(const ss_result_t *result)
{
    for (size_t i = 0; i < result->finding_count; i++) {
        if (strcmp(result->findings[i].rule->id, "accept-not-jsonapi") == 0) {
            return result->findings[i].outcome == SS_REPAIRED;
        }
    }

    return false;
}

static void
compare_accepts(const doctor_answer_t *plain, const ss_result_t *result)
{
    text_t text = say("curl's own Accept is answered with %u", plain->status);

    if (plain->status != 406) {
        doctor_tell("accept", DOCTOR_OK, text.text, NULL);
    } else if (is_repaired(result)) {
        doctor_tell("accept", DOCTOR_OK,
                    say("%s; sscurl sends the right one", text.text).text,
                    NULL);
    } else {
        doctor_tell("accept", DOCTOR_WARNING,
                    say("%s, and no rule mends it", text.text).text,
                    "send \"Accept: " JSONAPI "\", or set "
                    "accept-not-jsonapi to repair");
    }
}

static int
tell_accept(const doctor_t *doctor, bool answered)
{
    static const char *const more[] = { NULL };
    doctor_answer_t plain;
    ss_result_t result;

    if (!answered || doctor->authorization.len == 0
        || doctor->api.status == 401) {
        doctor_tell("accept", DOCTOR_SKIPPED,
                    "a call without a good token does not come so far",
                    doctor->authorization.len == 0 ? GIVE_TOKEN : NULL);
        return SS_OK;
    }

    if (doctor->api.status == 406) {
        doctor_tell("accept", DOCTOR_FAILED,
                    "\"Accept: " JSONAPI "\" is answered with 406",
                    "look for a proxy that changes headers");
        return SS_OK;
    }

    if (check_me(doctor, "*/*", text_of(""), &result) != SS_OK
        || ask(doctor, "/v1/me", more, doctor->authorization, &plain)
               != SS_OK) {
        return SS_ERR_NOMEM;
    }
    compare_accepts(&plain, &result);

    return SS_OK;
}

/* --- all of it ------------------------------------------------------------ */

/* The token as sscurl would send it. */
static ss_str_t
authorization_sent(const doctor_t *doctor)
{
    for (size_t i = 0; i < doctor->result.edit_count; i++) {
        const ss_edit_t *edit = &doctor->result.edits[i];

        if (edit->kind == SS_EDIT_HEADER_SET && edit->name.len == 13
            && memcmp(edit->name.data, "Authorization", 13) == 0) {
            return edit->value;
        }
    }

    return doctor->words.authorization;
}

static int
examine(doctor_t *doctor, const char *refusal)
{
    static const char *const token[] = { "--data", "", NULL };
    static const char *const me[] = { "-H", "Accept: " JSONAPI, NULL };
    bool auth, api;

    if (check_me(doctor, JSONAPI, text_of(""), &doctor->result) != SS_OK) {
        return SS_ERR_NOMEM;
    }
    doctor->authorization = authorization_sent(doctor);

    tell_curl(doctor->curl, refusal);
    tell_rules(doctor);

    if (ask(doctor, "/oauth/token", token, text_of(""), &doctor->auth)
        != SS_OK) {
        return SS_ERR_NOMEM;
    }
    auth = tell_way(doctor, "auth", "/oauth/token", &doctor->auth);

    if (ask(doctor, "/v1/me", me, doctor->authorization, &doctor->api)
        != SS_OK) {
        return SS_ERR_NOMEM;
    }
    api = tell_way(doctor, "api", "/v1/me", &doctor->api);

    tell_clock(doctor);
    tell_token_endpoint(doctor, auth);
    tell_token(doctor, api);
    tell_account(doctor);

    return tell_accept(doctor, api);
}

__attribute__((visibility("default"))) int
scopestack_doctor(const char *curl, const char *refusal, int argc, char **argv)
{
    ss_arena_t arena;
    ss_mem_t mem;
    doctor_t doctor = { .curl = curl, .mem = &mem };
    int rc = 2;

    /* says itself what is wrong with rules or settings */
    if (setup()->engine == NULL) {
        return EXIT_UNUSABLE;
    }

    ss_arena_init(&arena);
    mem = ss_arena_mem(&arena);

    if (doctor_words(&doctor.words, argc, argv, &mem) == 0) {
        if (examine(&doctor, refusal) == SS_OK) {
            rc = doctor_failed() ? 1 : 0;
        } else {
            report_line("out of memory");
        }
    }
    ss_arena_release(&arena);

    return rc;
}
