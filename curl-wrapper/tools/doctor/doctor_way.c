/*
 * doctor_way.c: how far a connection came, of curl's exit code and times.
 */

#include <string.h>

#include "tools/doctor/doctor.h"

typedef enum { NAME, CONNECT, TLS, ANSWER, STAGES } stage_t;

typedef struct {
    int code; /* curl's exit code */
    stage_t stage;
    const char *message;
    const char *fix;
} failure_t;

#define CERTIFICATE                                                            \
    "give the CA by --cacert; look at the clock; a proxy that opens TLS has "  \
    "a CA of its own"
#define CLIENT_TLS "look at --cert, --key, --cacert, --ciphers and --tls-max"

#define NO_HTTP "look at the service's URLs in the rules file, and at the proxy"
#define LATER "look at the proxy; try again later"

static const failure_t failures[] = {
    { 5, NAME, "the proxy's name is not known",
      "look at --proxy, .curlrc "
      "and the proxy variables" },
    { 6, NAME, "the name is not known",
      "look at DNS, and at the host in the "
      "rules file" },
    { 7, CONNECT, "the connection is refused, or there is no way there",
      "look at network, firewall and proxy" },
    { 45, CONNECT, "the interface or port of this machine cannot be used",
      "look at --interface and --local-port" },
    { 35, TLS, "no TLS is agreed on", CLIENT_TLS },
    { 51, TLS, "the certificate is not the host's", CERTIFICATE },
    { 53, TLS, "TLS cannot be set up", CLIENT_TLS },
    { 54, TLS, "TLS cannot be set up", CLIENT_TLS },
    { 58, TLS, "the client's certificate cannot be used", CLIENT_TLS },
    { 59, TLS, "no cipher is left", CLIENT_TLS },
    { 60, TLS, "the certificate is not trusted", CERTIFICATE },
    { 66, TLS, "TLS cannot be set up", CLIENT_TLS },
    { 77, TLS, "the file of CAs cannot be read", CLIENT_TLS },
    { 82, TLS, "the file of revocations cannot be read", CLIENT_TLS },
    { 83, TLS, "the certificate's issuer is another", CERTIFICATE },
    { 90, TLS, "the public key is not the pinned one", CERTIFICATE },
    { 91, TLS, "the certificate's status is bad", CERTIFICATE },
    { 98, TLS, "the host wants a certificate of the client", CLIENT_TLS },
    { 97, CONNECT, "the proxy refuses", "look at --proxy and --proxy-user" },
    { 1, ANSWER, "the answer is no HTTP", NO_HTTP },
    { 8, ANSWER, "the answer is no HTTP", NO_HTTP },
    { 16, ANSWER, "the answer is no HTTP/2",
      "try --http1.1; look at the proxy" },
    { 18, ANSWER, "the answer is cut off", LATER },
    { 52, ANSWER, "the connection ended without an answer", LATER },
    { 55, ANSWER, "the connection broke", LATER },
    { 56, ANSWER, "the connection broke", LATER },
    { 92, ANSWER, "the answer is no HTTP/2",
      "try --http1.1; look at the proxy" },
};

/* How far it came, as the times have it. */
static stage_t
reached(const doctor_answer_t *answer, bool https)
{
    return !answer->resolved           ? NAME
           : !answer->connected        ? CONNECT
           : https && !answer->secured ? TLS
                                       : ANSWER;
}

static failure_t
time_out(const doctor_answer_t *answer, bool https)
{
    stage_t stage = reached(answer, https);
    bool either = stage == CONNECT && https && answer->untold;
    static const char *const messages[] = {
        [NAME] = "the name is not resolved in time",
        [CONNECT] = "no server accepts the connection in time",
        [TLS] = "no TLS is agreed on in time",
        [ANSWER] = "no answer comes in time",
    };

    return (failure_t){ 28, stage,
                        answer->status > 0 ? "the answer does not end in time"
                        : either
                            ? "no server accepts the connection, or agrees on "
                              "TLS, in time"
                            : messages[stage],
                        "look at network, firewall and proxy; --max-time "
                        "gives more time" };
}

/* Where an attempt ended; .stage is STAGES when it did not. */
static failure_t
failure_of(const doctor_answer_t *answer, bool https)
{
    stage_t stage = reached(answer, https);
    failure_t failure = { answer->code, stage, "curl made no request",
                          "run curl itself with these options" };

    if (answer->code == 0 && answer->status != 0) {
        return (failure_t){ 0, STAGES, NULL, NULL };
    }

    if (answer->code == 28) {
        return time_out(answer, https);
    }

    if (answer->tunnel >= 300) {
        return (failure_t){ answer->code, CONNECT,
                            say("the proxy opens no tunnel, and answers %u",
                                answer->tunnel),
                            "look at --proxy and --proxy-user" };
    }

    for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++) {
        /* there may be other reasons where it did not come so far */
        if (failures[i].code == answer->code
            && (failures[i].stage != ANSWER || answer->connected)) {
            failure = failures[i];
        }
    }

    /* a proxy that opens no tunnel breaks off before there is TLS */
    if (failure.code == 56 && https && !answer->secured) {
        failure.stage = CONNECT;
    }

    return failure;
}

static bool
is_unchecked(const doctor_words_t *words)
{
    bool unchecked = false;

    for (size_t i = 0; i < words->count; i++) {
        const char *option = words->kept[i].option;

        unchecked = strcmp(option, "--insecure") == 0
                    || (unchecked && strcmp(option, "--no-insecure") != 0);
    }

    return unchecked;
}

/* What is told of a stage that was passed. */
static void
tell_passed(const doctor_words_t *words, const char *check, stage_t stage,
            const char *host, const doctor_answer_t *answer, bool https)
{
    if (stage == TLS && !https) {
        doctor_tell(check, DOCTOR_SKIPPED, "the rules file has it by http",
                    NULL);
    } else if (stage == TLS && is_unchecked(words)) {
        doctor_tell(check, DOCTOR_WARNING, "the certificate was not looked at",
                    "leave -k out, and give the CA by --cacert");
    } else if (stage == CONNECT) {
        doctor_tell(check, DOCTOR_OK, say("to %s", answer->address), NULL);
    } else {
        doctor_tell(check, DOCTOR_OK, host, NULL);
    }
}

bool
doctor_tell_way(const doctor_words_t *words, const char *which,
                const ss_route_t *route, const doctor_answer_t *answer)
{
    static const char *const names[] = { "name", "connect", "tls", "answer" };
    bool https = route->scheme.len == 5;
    failure_t failure = failure_of(answer, https);
    const char *host =
        say("%.*s", (int) route->host.len, (const char *) route->host.data);

    for (stage_t stage = NAME; stage < ANSWER; stage++) {
        const char *check = say("%s-%s", which, names[stage]);

        if (stage < failure.stage) {
            tell_passed(words, check, stage, host, answer, https);
        } else if (stage == failure.stage) {
            doctor_tell(
                check, DOCTOR_FAILED,
                say("%s: %s (curl: %d)", host, failure.message, failure.code),
                failure.fix);
        } else {
            doctor_tell(check, DOCTOR_SKIPPED,
                        say("%s cannot be reached", host), NULL);
        }
    }

    if (failure.stage == ANSWER) {
        doctor_tell(
            say("%s-answer", which), DOCTOR_FAILED,
            say("%s: %s (curl: %d)", host, failure.message, failure.code),
            failure.fix);
    }

    return failure.stage == STAGES;
}
