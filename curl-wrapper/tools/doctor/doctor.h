/*
 * doctor.h: --ss-doctor: what is between this machine and a good answer.
 *
 * It runs the real curl, without the rules, so that the user's own options of
 * the connection and proxy variables have the effect that they have. Those of
 * .curlrc are handed to it one by one: what else stands there would spoil what
 * it says, or have an effect.
 *
 *   doctor.c         the order of requests and checks
 *   doctor_ask.c     one request, and what the rules make of it
 *   doctor_words.c   which of curl's words they may use
 *   doctor_options.c what curl's options are
 *   doctor_curlrc.c  curl's configuration files
 *   doctor_run.c     one run of curl
 *   doctor_way.c     how far a connection came
 *   doctor_clock.c   the clock
 *   doctor_token.c   the token endpoint, the token
 *   doctor_me.c      the account, the Accept
 *   doctor_tell.c    a line for each check
 */

#ifndef DOCTOR_H
#define DOCTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

#include "scopestack.h"

/* --- words ---------------------------------------------------------------- */

typedef struct {
    const char *option; /* with its dashes */
    const char *value;  /* NULL: it takes none */
    bool by_stdin;      /* the value may be a secret, or is from a file */
} doctor_option_t;

typedef struct {
    doctor_option_t *kept; /* curl's options of the connection */
    size_t count;
    ss_str_t authorization; /* value of the header; empty: none was given */
} doctor_words_t;

/* Sorts the options of .curlrc, and then curl's words, argv[1] to
   argv[argc - 1]. Values of words are blanked out, as curl does it: everybody
   can see them there. Returns 0; -1, said on stderr: words are of no use here,
   or there is no memory. What a file has that is of no use is passed over. */
int doctor_words(doctor_words_t *words, int argc, char **argv,
                 const ss_mem_t *mem);

/* Of long names, without dashes and "no-": is it one of the connection; does it
   change nothing here; may its value be a secret. */
bool doctor_option_counts(const char *name);
bool doctor_option_is_idle(const char *name);
bool doctor_option_hides(const char *name);

/* The long name of a letter that is one of these; NULL: it is none. */
const char *doctor_option_name(char letter);

/* Opens the .curlrc that curl would read; NULL: there is none. */
FILE *doctor_curlrc(void);

/* Takes an option with its dashes, and its value or NULL, both of the memory
   given: SS_OK, or what ends the reading. */
typedef int (*doctor_config_handler_t)(void *ctx, char *option, char *value);

/* Reads a file of options. SS_OK; SS_ERR_NOMEM; what the handler returned. */
int doctor_config_read(FILE *file, doctor_config_handler_t handler, void *ctx,
                       const ss_mem_t *mem);

/* --- one run of curl ------------------------------------------------------ */

/* What is kept of an answer. */
#define DOCTOR_ANSWER_MAX (128u * 1024u)

typedef struct {
    const char *curl;
    const doctor_words_t *words;
    const char *url;
    const char *const *more; /* words of this run alone, up to NULL */
    ss_str_t authorization;  /* empty: none is sent */
} doctor_run_t;

typedef struct {
    int code;        /* curl's exit code; 128: it could not be run */
    unsigned status; /* of the answer; 0: none came */
    unsigned tunnel; /* the status that a proxy gave to CONNECT; 0: none */
    bool resolved;   /* the name was, as far as can be told */
    bool connected;
    bool secured;     /* TLS was agreed on */
    bool untold;      /* this curl tells nothing before that */
    char address[64]; /* that was connected to, or empty */
    time_t began, ended;
    ss_str_t head; /* of the last answer: lines, without the first */
    ss_str_t body; /* of it */
} doctor_answer_t;

/* Runs curl. SS_OK; SS_ERR_NOMEM. */
int doctor_run(const doctor_run_t *run, const ss_mem_t *mem,
               doctor_answer_t *answer);

/* The value of a header of an answer; empty: it has none. */
ss_str_t doctor_header(const doctor_answer_t *answer, const char *name);

/* --- telling -------------------------------------------------------------- */

typedef enum {
    DOCTOR_OK,
    DOCTOR_WARNING,
    DOCTOR_FAILED,
    DOCTOR_SKIPPED
} doctor_outcome_t;

/* Writes the line of a check to stdout; fix may be NULL. Neither may hold what
   an answer said without having been looked at; what of it is not printable, as
   in names of files, is made so. Ends the process when it cannot be written. */
void doctor_tell(const char *check, doctor_outcome_t outcome,
                 const char *message, const char *fix);

/* Tells whether a check failed so far. */
bool doctor_failed(void);

/* A text that stays until the end; empty: no memory. */
const char *say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Tells of the stages to a host, each as "WHICH-stage"; returns whether it has
   answered. */
bool doctor_tell_way(const doctor_words_t *words, const char *which,
                     const ss_route_t *route, const doctor_answer_t *answer);

/* --- checks --------------------------------------------------------------- */

#define DOCTOR_JSONAPI "application/vnd.api+json"
#define DOCTOR_GIVE_TOKEN "give a token by --oauth2-bearer or -H @FILE"

typedef struct {
    const char *curl;
    doctor_words_t words;
    const ss_mem_t *mem;
    ss_result_t result;     /* of GET /v1/me with the token */
    ss_str_t authorization; /* as it leaves; empty: none */
    doctor_answer_t auth;   /* POST /oauth/token */
    doctor_answer_t api;    /* GET /v1/me */
} doctor_t;

/* Where a GET for a path of the service goes. */
ss_route_t doctor_route(const char *path);

/* Sends a request, for a path of the service, with more of curl's words. SS_OK;
   SS_ERR_NOMEM. */
int doctor_ask(const doctor_t *doctor, const char *path,
               const char *const *more, ss_str_t authorization,
               doctor_answer_t *answer);

/* What the rules make of GET /v1/me, where that has told the account known.
   SS_OK; SS_ERR_NOMEM. */
int doctor_check_me(const doctor_t *doctor, const char *accept, ss_str_t known,
                    ss_result_t *result);

/* Each tells of its check; answered: there is an answer to be looked at. */
void doctor_tell_clock(const doctor_t *doctor);
void doctor_tell_token_endpoint(const doctor_t *doctor, bool answered);
void doctor_tell_token(const doctor_t *doctor, bool answered);
void doctor_tell_account(const doctor_t *doctor);

/* Makes a request of its own. SS_OK; SS_ERR_NOMEM. */
int doctor_tell_accept(const doctor_t *doctor, bool answered);

#endif
