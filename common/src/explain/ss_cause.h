/*
 * ss_cause.h: what a cause is, and what it may ask.
 *
 * A cause is an entry of a table in causes/: when it may be one, in data, and
 * what to say. Where data is not enough a function looks at request and
 * response. Memory failures stick in the explain: a cause need not look at
 * them.
 */

#ifndef SS_CAUSE_H
#define SS_CAUSE_H

#include "check/ss_check.h"

typedef struct ss_explain ss_explain_t;

/* How likely a cause is. */
enum {
    SS_FALLBACK = 1,  /* told when there is no other one */
    SS_POSSIBLE = 30, /* told when nothing is certain */
    SS_LIKELY = 60,
    SS_SUSPECTED = 80, /* a rule had found what goes with such an answer */
    SS_CERTAIN = 90,   /* request or response prove it */
    SS_FOUND = 200     /* a rule had found it before the request left */
};

/* What callers get hints about: see causes/ss_hints.c. */
typedef enum {
    SS_TOPIC_NONE,
    SS_TOPIC_ACCEPT,
    SS_TOPIC_CONTENT_TYPE,
    SS_TOPIC_AUTHORIZATION,
    SS_TOPIC_TOKEN_BODY,
    SS_TOPIC_NO_AUTH,
    SS_TOPIC_REDIRECT_URI,
    SS_TOPIC_BASE_URL,
    SS_TOPIC_QUERY,
    SS_TOPIC_ROLE,
    SS_TOPIC_RETRY,
    SS_TOPIC_COUNT
} ss_topic_t;

/* What a cause says, as its entry has it, for its function to change. Of
   several errors of an answer with one cause, subjects and quotes are told one
   after the other. */
typedef struct {
    unsigned weight;
    ss_str_t subject; /* what the answer points at, or empty */
    ss_str_t message;
    ss_str_t quote; /* what the service says, fit to be shown, or empty */
    ss_str_t fix;
} ss_telling_t;

#define SS_GRANT_BIT(grant) (1u << SS_GRANT_##grant)

/* Grants of token requests. */
typedef enum {
    SS_GRANT_NOT_KNOWN, /* none, another one, or a body that is not known */
    SS_GRANT_PASSWORD,
    SS_GRANT_CLIENT,
    SS_GRANT_CODE,
    SS_GRANT_REFRESH
} ss_grant_id_t;

/* An entry. Zeroed fields do not restrict. */
typedef struct {
    ss_cause_info_t info;
    const char *message;
    const char *fix;
    const char *rules;    /* ids, a blank between: what one of them found in the
                             request, and did not repair, is this cause */
    const char *suspects; /* the same, but only likely to be it */
    const char *also;     /* further answers that what they found goes with:
                             OAuth errors, and statuses of answers that do not
                             say why */
    unsigned kinds;       /* bits 1u << ss_kind_t */
    unsigned status;      /* 0: any from 400 on */
    bool success;         /* a success of another media type instead */
    const char *errors;   /* OAuth errors, a blank between */
    unsigned code;   /* of a JSON:API error, as jsonapi-resources counts; then
                        applies() says of a finding too whether it can be */
    unsigned grants; /* bits 1u << ss_grant_id_t */
    unsigned weight; /* 0: only when a rule has found it */
    ss_topic_t topic;
    bool (*applies)(ss_explain_t *explain, ss_telling_t *telling);
    /* whether the answer leaves room for what a rule found; NULL: it does */
    bool (*suits)(const ss_explain_t *explain, const ss_finding_t *finding);
} ss_cause_def_t;

typedef struct {
    const ss_cause_def_t *items;
    size_t count;
} ss_cause_family_t;

/* Makes a family of a table. */
#define SS_CAUSE_FAMILY(name, table)                                           \
    const ss_cause_family_t ss_causes_##name = {                               \
        table, sizeof(table) / sizeof(table[0])                                \
    }

/* --- what the response says --------------------------------------------- */

typedef enum {
    SS_BODY_SILENT, /* empty, coded, or nothing to be understood */
    SS_BODY_HTML,   /* a page */
    SS_BODY_JSON,   /* some other JSON */
    SS_BODY_OAUTH,  /* {"error": ...} */
    SS_BODY_JSONAPI /* {"errors": [...]} */
} ss_answer_form_t;

/* Members are raw string tokens of JSON, or decoded; empty: not there. */
typedef struct {
    unsigned code; /* as jsonapi-resources counts; 0: none */
    ss_str_t title;
    ss_str_t detail;
    ss_str_t pointer;   /* source.pointer */
    ss_str_t parameter; /* source.parameter */
} ss_answer_error_t;

/* More errors of one answer are not looked at. */
#define SS_ERRORS_MAX 16

typedef struct {
    ss_answer_form_t form;
    ss_str_t error;       /* of OAuth: of the body, else of WWW-Authenticate */
    ss_str_t description; /* of the same */
    ss_answer_error_t errors[SS_ERRORS_MAX]; /* those that differ */
    size_t error_count;
} ss_answer_told_t;

/* The client that the server took a token request for. */
typedef struct {
    bool by_header; /* Basic credentials, which beat those of the body */
    bool twice;     /* the body has other ones */
    ss_str_t id;
    ss_str_t secret;
} ss_explain_client_t;

#define SS_SECRETS_MAX 128

/* The secrets of a request, once somebody asked for them. */
typedef struct {
    ss_str_t items[SS_SECRETS_MAX]; /* those that differ */
    size_t count;
    size_t bytes; /* of all items */
    size_t work;  /* bytes that were looked at */
    bool gathered;
    bool too_many; /* there are more: any text may have one of them */
} ss_secrets_t;

struct ss_explain {
    const ss_engine_t *engine;
    const ss_request_t *request; /* as it left */
    const ss_result_t *result;
    const ss_response_t *response;
    const ss_mem_t *mem;
    ss_kind_t kind;
    ss_path_t path;
    ss_answer_told_t told;
    const ss_answer_error_t *error; /* the one that is looked at, or NULL */
    bool explained;                 /* some cause is certain of that one */
    ss_grant_id_t grant;
    ss_params_t params; /* of a token request */
    ss_explain_client_t client;
    ss_secrets_t secrets;
    bool secrets_asked;
    bool unknown_secrets;
    bool failed;
};

/* Reads the response into explain->told. */
void ss_explain_read(ss_explain_t *explain);

/* The first header of the response with this name, or an empty value. */
ss_str_t ss_response_header(const ss_response_t *response, ss_str_t name);

/* Tells whether the body stands under a content coding. */
bool ss_response_coded(const ss_response_t *response);

/* The body without a byte order mark. */
ss_str_t ss_response_text(const ss_response_t *response);

/* --- what the request says ---------------------------------------------- */

/* The first header of the request with this name, or an empty value. */
ss_str_t ss_explain_header(const ss_explain_t *explain, const char *name);

/* Reads the parameters of a token request, and what client it is. */
void ss_explain_params(ss_explain_t *explain);

/* Tells whether an API call has a bearer token. */
bool ss_explain_has_token(const ss_explain_t *explain);

/* Tells whether a status is all that the answer says, for machines. */
bool ss_explain_silent(const ss_explain_t *explain);

/* Tells whether a token request has a parameter with a value; NULL: what it has
   is not known. */
bool ss_explain_lacks(const ss_explain_t *explain, const char *name);

/* --- words -------------------------------------------------------------- */

/*
 * What may be shown of a text of the service: printable, in bounds, long words
 * that may be tokens left out. Empty when a secret of the request stands in it.
 */
ss_str_t ss_explain_quote(ss_explain_t *explain, ss_str_t text);

/* The same of a message that is to be shown as it was: it may be longer, and
   may speak of secrets; then words with digits are left out as well. */
ss_str_t ss_explain_message(ss_explain_t *explain, ss_str_t text);

/* Tells whether a secret of the request's headers, target or form stands in a
   text, or a good part of one; also where the request has too many secrets to
   compare. */
bool ss_explain_betrays(ss_explain_t *explain, ss_str_t text);

/* Tells whether the request may have secrets besides these: its body or its
   Authorization is not known, or it has a document that speaks of some. */
bool ss_explain_unknown_secrets(ss_explain_t *explain);

/* A number in digits. */
ss_str_t ss_explain_number(ss_explain_t *explain, size_t number);

/* Sets the quote of an error's detail, or else of its title. */
void ss_explain_quote_error(ss_explain_t *explain, ss_telling_t *telling);

/* Joins parts in explain's memory; empty when there is none. */
#define SS_SAY(explain, ...)                                                   \
    ss_explain_join(explain, (const ss_str_t[]){ __VA_ARGS__ },                \
                    sizeof((const ss_str_t[]){ __VA_ARGS__ })                  \
                        / sizeof(ss_str_t))
ss_str_t ss_explain_join(ss_explain_t *explain, const ss_str_t *parts,
                         size_t count);

/* What a caller of this User-Agent does about a topic, or NULL. */
const char *ss_hint(ss_str_t user_agent, ss_topic_t topic);

/* Tells whether a word stands in a list with blanks between. */
bool ss_is_listed(const char *words, ss_str_t word);

#endif
