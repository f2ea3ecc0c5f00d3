/*
 * doctor_token.c: the token endpoint and the token, by what they are answered.
 * It is looked for in tables; none of its bytes are told.
 */

#include <jansson.h>
#include <string.h>

#include "tools/doctor/doctor.h"

/* --- the token endpoint --------------------------------------------------- */

/* The `error` of an OAuth answer, when it is a word that may be told. */
static const char *
oauth_error(const doctor_answer_t *answer)
{
    json_t *root =
        json_loadb((const char *) answer->body.data, answer->body.len, 0, NULL);
    const char *word = json_string_value(json_object_get(root, "error"));
    const char *text = "";

    if (word != NULL && strlen(word) < 40
        && word[strspn(word, "abcdefghijklmnopqrstuvwxyz_")] == '\0') {
        text = say("%s", word);
    }
    json_decref(root);

    return text;
}

void
doctor_tell_token_endpoint(const doctor_t *doctor, bool answered)
{
    const doctor_answer_t *answer = &doctor->auth;
    const char *error, *status = say("it answers %u", answer->status);

    if (!answered) {
        doctor_tell("token-endpoint", DOCTOR_SKIPPED, "no answer", NULL);
        return;
    }

    error = oauth_error(answer);
    if (answer->status == 429 || answer->status >= 500) {
        doctor_tell("token-endpoint", DOCTOR_FAILED, status,
                    "try again later; the service or a proxy is at fault");
    } else if (error[0] != '\0' && answer->status >= 400) {
        doctor_tell("token-endpoint", DOCTOR_OK,
                    say("it answers a request without parameters with %u %s",
                        answer->status, error),
                    NULL);
    } else {
        doctor_tell("token-endpoint", DOCTOR_FAILED,
                    say("%s, with no OAuth error", status),
                    "look at auth_url in the rules file, and at the proxy");
    }
}

/* --- the token ------------------------------------------------------------ */

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
    const char *fix;

    if (finding == NULL) {
        return;
    }

    fix = say("%.*s", (int) finding->fix.len, (const char *) finding->fix.data);
    doctor_tell("token-header", DOCTOR_WARNING,
                say("%.*s", (int) finding->message.len,
                    (const char *) finding->message.data),
                fix);
}

void
doctor_tell_token(const doctor_t *doctor, bool answered)
{
    unsigned status = doctor->api.status;

    if (doctor->authorization.len == 0) {
        doctor_tell("token", DOCTOR_SKIPPED, "there is none",
                    DOCTOR_GIVE_TOKEN);
        return;
    }

    tell_header(doctor);
    if (!answered) {
        doctor_tell("token", DOCTOR_SKIPPED, "no answer", NULL);
    } else if (status == 200) {
        doctor_tell("token", DOCTOR_OK, "GET /v1/me takes it", NULL);
    } else if (status == 401) {
        doctor_tell("token", DOCTOR_FAILED,
                    say("GET /v1/me answers 401: %s", refusal_of(&doctor->api)),
                    "get a new one at the token endpoint");
    } else if (status == 403) {
        doctor_tell("token", DOCTOR_FAILED, "GET /v1/me answers 403",
                    "look at the user's role; a new token does not help");
    } else {
        doctor_tell("token", DOCTOR_FAILED,
                    say("GET /v1/me answers %u", status),
                    status == 429 || status >= 500
                        ? "try again later"
                        : "look at api_url in the rules file, and at the "
                          "proxy");
    }
}
