/*
 * scopestack.h: the ScopeStack rules as a pure function.
 *
 * A request goes in, findings and edits come out:
 *
 *     ss_engine_load(&engine, "config.yaml", &mem, &errors);    once
 *     ss_check(engine, &request, &mem, &result);                per request
 *     ss_explain(engine, &request, &result, &response, &mem,    per error
 *                &explanation);
 *
 * Except for ss_file_read() and ss_engine_load(), nothing here does I/O,
 * looks at a clock, the environment or the locale, or keeps global state. An
 * engine is never written to after it was built: any number of threads may
 * share it.
 *
 * Strings are slices: borrowed, not terminated, may hold any byte.
 *
 * Memory comes from an ss_mem_t and is never given back one by one: whatever a
 * call returns lives as long as the caller keeps that memory (an nginx pool, an
 * ss_arena_t). Results may also point into the request, which must therefore
 * live as long as the result does.
 */

#ifndef SCOPESTACK_H
#define SCOPESTACK_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SS_VERSION "0.1.0"

/* Result codes: 0 or negative. Findings are results, not errors. */
#define SS_OK 0
#define SS_ERR_NOMEM (-1) /* the allocator returned NULL */
#define SS_ERR_CONFIG                                                          \
    (-2) /* the rules file is unusable; see the error text                     \
          */

typedef struct {
    const uint8_t *data;
    size_t len;
} ss_str_t;

/* A slice of a string literal. */
#define SS_STR(lit) ((ss_str_t){ (const uint8_t *) (lit), sizeof(lit) - 1 })

/* --- memory ------------------------------------------------------------- */

typedef struct {
    /* Returns size bytes aligned for any object that they have room for, or
       NULL; for a size of 0 some address as well. */
    void *(*alloc)(void *ctx, size_t size);
    void *ctx;
} ss_mem_t;

/* A malloc-backed pool for hosts that have none. */
typedef struct ss_arena_block ss_arena_block_t;
typedef struct {
    ss_arena_block_t *blocks;
} ss_arena_t;

/* Empties *arena without freeing: for a new one. */
void ss_arena_init(ss_arena_t *arena);

/* Returns the allocator of arena, valid while arena stays where it is. */
ss_mem_t ss_arena_mem(ss_arena_t *arena);

/* Frees all that was allocated from arena and empties it. */
void ss_arena_release(ss_arena_t *arena);

/* --- what a request is -------------------------------------------------- */

/* Kinds of request, by path. */
typedef enum {
    SS_KIND_TOKEN,       /* /oauth/token */
    SS_KIND_AUTHORIZE,   /* /oauth/authorize */
    SS_KIND_OAUTH_OTHER, /* /oauth/revoke, /oauth/introspect ... */
    SS_KIND_API,         /* /v1/..., /{slug}/v1/..., /api/v1/... */
    SS_KIND_FILE,        /* .../document-templates/{id}/upload and /download */
    SS_KIND_ACTION,      /* PUT .../surveys/{id}/calculate and /apply */
    SS_KIND_MCP,         /* /mcp */
    SS_KIND_OTHER,
    SS_KIND_COUNT
} ss_kind_t;

typedef enum {
    SS_MODE_UNSET, /* "not said here" in overrides; never in a result */
    SS_MODE_OFF,
    SS_MODE_OBSERVE,
    SS_MODE_ENFORCE
} ss_mode_t;

typedef enum {
    SS_BODY_NONE,     /* the request has no body */
    SS_BODY_COMPLETE, /* body holds all of it */
    SS_BODY_UNREAD,   /* there is one, not read because no rule wants it */
    SS_BODY_TOO_LARGE /* there is one, above the limit, or not to be had */
} ss_body_state_t;

typedef struct {
    ss_str_t name;  /* as sent, any case */
    ss_str_t value; /* without blanks around */
} ss_header_t;

/*
 * A request as its client made it. All slices are borrowed. Zeroed fields mean
 * "none" or "not said".
 */
typedef struct {
    ss_str_t method;    /* "GET" */
    ss_str_t scheme;    /* "http" or "https" */
    ss_str_t authority; /* host[:port] that the client addressed */
    ss_str_t path;      /* as on the wire, escapes kept, without the query */
    ss_str_t query;     /* as on the wire, without "?" */
    unsigned has_query : 1;        /* there was a "?" */
    unsigned at_gateway : 1;       /* every authority that is not one of the two
                                      service hosts is the gateway's own name and
                                      stands for both */
    unsigned authorized_later : 1; /* whoever sends it may add an Authorization
                                      that is not among the headers */

    const ss_header_t *headers; /* as on the wire, in order */
    size_t header_count;

    ss_body_state_t body_state;
    ss_str_t body;

    /* What the place or the caller overrides. */
    ss_mode_t mode;       /* replaces the mode of the file and of the team */
    ss_mode_t place_mode; /* replaces the mode of the file; the mode of a team
                             may only be lower than this */
    ss_str_t account;     /* replaces the account of file and team; may be
                             `auto` */
    ss_str_t team;        /* selects the team of this name */
    ss_str_t address;     /* the client's address as text, for teams by CIDR */

    /* What GET /v1/me said for this caller: the account where the one in force
       is `auto`; one that is not valid counts as none. */
    ss_str_t known_account;
} ss_request_t;

/* --- rules -------------------------------------------------------------- */

typedef enum { SS_ERROR, SS_WARNING, SS_INFO } ss_severity_t;

typedef enum {
    SS_ACTION_OFF,
    SS_ACTION_REPORT,
    SS_ACTION_REPAIR,
    SS_ACTION_REJECT
} ss_action_t;

/* How far a repair reaches. */
typedef enum {
    SS_REPAIR_NONE,     /* the rule has no repair */
    SS_REPAIR_SAFE,     /* adds what is missing */
    SS_REPAIR_LOSSLESS, /* same meaning, other spelling */
    SS_REPAIR_GUESS     /* inferred */
} ss_repair_t;

/* A whole number that the rules file may set, for all or for a team. */
typedef struct {
    const char *name;    /* as in the rules file; NULL: no parameter */
    const char *summary; /* what it is, lower case, no full stop */
    unsigned minimum;
    unsigned maximum;
    unsigned value; /* the default */
} ss_parameter_t;

/* The most parameters that a rule has. */
#define SS_PARAMETERS_MAX 2

typedef struct {
    const char *id;      /* kebab case, names the problem, never reused */
    const char *summary; /* one sentence, lower case, no full stop */
    const char *fix;     /* what to do at the client, in words */
    ss_severity_t severity;
    ss_action_t action; /* the default */
    ss_repair_t repair;
    unsigned kinds;                               /* bits 1u << ss_kind_t */
    ss_parameter_t parameters[SS_PARAMETERS_MAX]; /* up to one without name */
} ss_rule_info_t;

/* Returns the number of rules. */
size_t ss_rule_count(void);

/* Returns rule i in the order in which rules run; i < ss_rule_count(). */
const ss_rule_info_t *ss_rule_at(size_t i);

/* Returns the rule with this id, or NULL. */
const ss_rule_info_t *ss_rule_find(ss_str_t id);

/* Returns the page that explains a rule, an absolute URL, in mem; .data is
   NULL when mem is exhausted. */
ss_str_t ss_rule_doc(const ss_rule_info_t *rule, const ss_mem_t *mem);

/* What a rule is as a JSON object on one line, without a newline: id, summary,
   fix, severity, default, repair, kinds, parameters (name, summary, minimum,
   maximum, default), doc. SS_OK, SS_ERR_NOMEM. */
int ss_rule_json(const ss_rule_info_t *rule, const ss_mem_t *mem,
                 ss_str_t *text);

/* The words of the rules file and of all output; static strings. */
const char *ss_kind_name(ss_kind_t kind);             /* "oauth-other" */
const char *ss_mode_name(ss_mode_t mode);             /* "enforce" */
const char *ss_severity_name(ss_severity_t severity); /* "error" */
const char *ss_action_name(ss_action_t action);       /* "repair" */
const char *ss_repair_name(ss_repair_t repair);       /* "lossless" */

/* Reads a mode word; SS_MODE_UNSET when it is none of off, observe, enforce. */
ss_mode_t ss_mode_parse(ss_str_t word);

/* --- the engine --------------------------------------------------------- */

typedef struct ss_engine ss_engine_t;

/* The largest rules file, or file of cases, in bytes. */
#define SS_CONFIG_MAX (1024u * 1024u)

/*
 * Builds *engine from the text of a rules file.
 *
 * yaml is borrowed during the call; name, a terminated string, stands for the
 * file in error messages. *errors receives every error of the file (to a
 * bound) as text, each "name:line:col: error: what; what to do", the line, and
 * a caret, all terminated by newlines; empty on success. Lines of more than
 * 160 bytes, or with what is no text, or that may hold a secret, are not shown,
 * or not whole.
 *
 * Returns SS_OK; SS_ERR_CONFIG, *engine NULL and *errors set; SS_ERR_NOMEM,
 * *engine NULL and *errors empty.
 */
int ss_engine_create(ss_engine_t **engine, ss_str_t yaml, const char *name,
                     const ss_mem_t *mem, ss_str_t *errors);

/* The same, of the file at path; an unreadable or oversized file, a directory
   or a device is an SS_ERR_CONFIG as well. */
int ss_engine_load(ss_engine_t **engine, const char *path, const ss_mem_t *mem,
                   ss_str_t *errors);

/*
 * Reads the regular file at path, for ss_engine_create() or ss_cases_read().
 * Returns SS_OK; SS_ERR_CONFIG, *errors set: there is none, it cannot be read,
 * it is larger than SS_CONFIG_MAX, a directory or a device; SS_ERR_NOMEM.
 */
int ss_file_read(const char *path, const ss_mem_t *mem, ss_str_t *text,
                 ss_str_t *errors);

/* Builds *engine with the built-in defaults. Returns SS_OK, SS_ERR_NOMEM. */
int ss_engine_default(ss_engine_t **engine, const ss_mem_t *mem);

/* Returns the largest body to be checked, in bytes (limits.body). */
size_t ss_engine_max_body(const ss_engine_t *engine);

/* Returns the mode that the file says. */
ss_mode_t ss_engine_mode(const ss_engine_t *engine);

/* Tells whether a word can stand as an account in a path as it is: letters,
   digits, "-", "_", ".", "~"; but not ".", ".." or "v1", nor a word that the
   hosts have for something else, such as "docs" or "oauth". Returns 1 or 0. */
int ss_account_valid(ss_str_t account);

/* Says why a word that someone configures is no account, in a static string
   without the word; NULL when it is one, or `auto`. Placeholders and variables
   ("null", "${ACCOUNT}") are none although some are words. */
const char *ss_account_problem(ss_str_t account);

/* Tells whether the file has a team of this name. Returns 1 or 0. */
int ss_engine_has_team(const ss_engine_t *engine, ss_str_t name);

/* --- routing ------------------------------------------------------------ */

typedef struct {
    ss_kind_t kind;
    ss_str_t scheme; /* of the service host that the request belongs to */
    ss_str_t host;   /* host[:port] of it, as the rules file spells it */
} ss_route_t;

/*
 * Tells whether a request to scheme://authority is one to the service: to
 * api_url, auth_url or one of gateways; hosts compare without case, a missing
 * port is the scheme's. Returns 1; 2 for a request by http to the host of an
 * https origin, which is looked at as well (the rule scheme-insecure) but must
 * not be trusted with what was meant for the service; 0 for all others.
 */
int ss_engine_serves(const ss_engine_t *engine, ss_str_t scheme,
                     ss_str_t authority);

/* Tells the kind of a request and the service host it belongs to, from method,
   scheme, authority, path and at_gateway alone. Cannot fail. */
void ss_route(const ss_engine_t *engine, const ss_request_t *request,
              ss_route_t *route);

/*
 * Tells whether some rule, as configured for this request's caller, wants to
 * see the body. Looks at everything but body; of body_state it wants to know
 * whether there is one at all, so anything but SS_BODY_NONE. Returns 1 or 0.
 */
int ss_wants_body(const ss_engine_t *engine, const ss_request_t *request);

/* --- account: auto --------------------------------------------------------
 *
 * Who sends the request may ask the service for the account of its token, once
 * per token, and give the answer as known_account. Nothing here asks anybody.
 */

/*
 * Tells whether a check of this request would gain from known_account: the
 * account in force is `auto`, the kind is api, file or action, the path is not
 * one above all accounts (/v1/me ...), the request has one well-formed Bearer
 * token or gets one by a repair, the mode is not off, and a rule that uses the
 * account is on. Looks at everything but body and known_account.
 *
 * Returns 1, and *authorization is the value of Authorization to ask with, as
 * the request has it or as a repair makes it; it points into request or mem.
 * Returns 0, *authorization empty, if it would not, or memory runs out.
 */
int ss_wants_account(const ss_engine_t *engine, const ss_request_t *request,
                     const ss_mem_t *mem, ss_str_t *authorization);

/* Gives the origin to ask GET /v1/me of, for the caller of a request: of one to
   a gateway this gateway, by which its token leaves anyway, else api_url. Both
   point into engine or request. Cannot fail. */
void ss_account_origin(const ss_engine_t *engine, const ss_request_t *request,
                       ss_str_t *scheme, ss_str_t *authority);

/*
 * Makes the key under which an account may be kept: the SHA-256 of the Bearer
 * token of an Authorization and of the place that is asked (any text that tells
 * one from another), as 64 lower-case hex digits, into hex, which is
 * terminated; empty when there is no well-formed token. mem is needed for the
 * call only. SS_OK, SS_ERR_NOMEM.
 */
int ss_account_key(ss_str_t authorization, ss_str_t place, const ss_mem_t *mem,
                   char hex[65]);

/*
 * Gives the account of a token from the body of the answer to GET /v1/me:
 * data.attributes.account-slug. *account is in mem or points into body; it is
 * empty when the body is not JSON, or tells none that ss_account_valid() takes,
 * or a placeholder (null, undefined ...). SS_OK, SS_ERR_NOMEM.
 */
int ss_account_of(ss_str_t body, const ss_mem_t *mem, ss_str_t *account);

/* --- checking ----------------------------------------------------------- */

typedef enum {
    SS_REPORTED,
    SS_WOULD_REPAIR,
    SS_REPAIRED,
    SS_WOULD_REJECT,
    SS_REJECTED
} ss_outcome_t;

typedef enum {
    SS_PASS,
    SS_VERDICT_REPORTED,
    SS_VERDICT_WOULD_REPAIR,
    SS_VERDICT_REPAIRED,
    SS_VERDICT_WOULD_REJECT,
    SS_VERDICT_REJECTED,
    SS_VERDICT_ERROR /* for adapters: the check failed, the original leaves */
} ss_verdict_t;

typedef struct {
    const ss_rule_info_t *rule;
    ss_outcome_t outcome;
    ss_str_t place;   /* "path", "header Accept", "body parameter client_id" */
    ss_str_t message; /* what is wrong; never a value of a secret field */
    ss_str_t fix;     /* what to do, in words */
} ss_finding_t;

typedef enum {
    SS_EDIT_METHOD,        /* value: the method */
    SS_EDIT_ORIGIN,        /* value: scheme://host[:port] */
    SS_EDIT_PATH,          /* value: the raw path */
    SS_EDIT_QUERY,         /* value: the raw query; empty: no "?" either */
    SS_EDIT_HEADER_SET,    /* one header of this name and value: in the place
                              of the first one, further ones removed, appended
                              when there was none */
    SS_EDIT_HEADER_REMOVE, /* every header of this name */
    SS_EDIT_BODY           /* value: the whole body; lengths follow from it */
} ss_edit_kind_t;

/* Each target appears in at most one edit. */
typedef struct {
    ss_edit_kind_t kind;
    ss_str_t name; /* of the header, in its usual spelling */
    ss_str_t value;
} ss_edit_t;

typedef struct {
    ss_route_t route; /* of the request as it is to leave */
    ss_mode_t mode;   /* in force for this request */
    ss_verdict_t verdict;
    ss_str_t account; /* in force; empty: none known */
    ss_str_t team;    /* that matched; empty: none */
    const ss_finding_t *findings;
    size_t finding_count;
    const ss_edit_t *edits; /* empty unless the verdict is "repaired" */
    size_t edit_count;
} ss_result_t;

/*
 * Checks a request.
 *
 * On success *result is filled in; its slices point into request, engine and
 * mem. In mode observe it finds the same and has no edits; in mode off it finds
 * nothing. A request that is not one to the service (ss_engine_serves, unless
 * at_gateway) passes without findings.
 *
 * The result of applying all edits is clean: checked again, it has no edits,
 * and no finding that was repaired.
 *
 * Returns SS_OK; SS_ERR_NOMEM, *result then says SS_VERDICT_ERROR and holds the
 * route, no findings and no edits: forward the original.
 */
int ss_check(const ss_engine_t *engine, const ss_request_t *request,
             const ss_mem_t *mem, ss_result_t *result);

/* --- what to tell ------------------------------------------------------- */

const char *ss_outcome_name(ss_outcome_t outcome); /* "would-repair" */
const char *ss_verdict_name(ss_verdict_t verdict); /* "would-repair" */

/*
 * The functions below build text in mem. Each returns SS_OK with *text set, or
 * SS_ERR_NOMEM. The text has no secrets and no control characters but the
 * newlines named.
 */

/* The ids of all rules with findings, each once, sorted, with separator
   between: $scopestack_rules with ','. */
int ss_result_rules(const ss_result_t *result, char separator,
                    const ss_mem_t *mem, ss_str_t *text);

/* The ScopeStack-Gateway header's value, under 1 KiB:
   repaired; rules="accept-not-jsonapi account-slug-missing" */
int ss_result_header(const ss_result_t *result, const ss_mem_t *mem,
                     ss_str_t *text);

/* The findings as a JSON array of {rule, outcome, severity, place, message,
   fix, doc}, on one line, without a newline. */
int ss_result_json(const ss_result_t *result, const ss_mem_t *mem,
                   ss_str_t *text);

/* The findings for people, two lines each, ended by newlines; prefix, a
   terminated string, begins every line. */
int ss_result_text(const ss_result_t *result, const char *prefix,
                   const ss_mem_t *mem, ss_str_t *text);

/* A rejected request's answer in the service's own error shape. */
typedef struct {
    unsigned status;            /* HTTP status code */
    ss_str_t content_type;      /* static */
    const ss_header_t *headers; /* further ones that it needs, static */
    size_t header_count;
    ss_str_t body;
} ss_answer_t;

/* Builds the answer for a result whose verdict is "rejected".
   Returns SS_OK, SS_ERR_NOMEM. */
int ss_result_answer(const ss_result_t *result, const ss_mem_t *mem,
                     ss_answer_t *answer);

/* --- explaining responses -----------------------------------------------
 *
 * A response goes in, causes come out: what was wrong, and what to do.
 */

/* As much of a body is of use to ss_explain(). */
#define SS_EXPLAIN_BODY_MAX (64u * 1024u)

/* The most causes of an explanation. */
#define SS_CAUSES_MAX 4

/* A response as the service sent it. All slices are borrowed. */
typedef struct {
    unsigned status;
    const ss_header_t *headers; /* as received, in order */
    size_t header_count;
    ss_str_t body; /* as received, content codings not undone: all of it, or
                      its first SS_EXPLAIN_BODY_MAX bytes */
    unsigned body_complete : 1; /* body is all of it */
} ss_response_t;

typedef struct {
    const char *id;      /* kebab case, names the cause, never reused */
    const char *summary; /* one sentence, lower case, no full stop */
} ss_cause_info_t;

/* Returns the number of causes that are known. */
size_t ss_cause_count(void);

/* Returns cause i; i < ss_cause_count(). */
const ss_cause_info_t *ss_cause_at(size_t i);

/* Returns the cause with this id, or NULL. */
const ss_cause_info_t *ss_cause_find(ss_str_t id);

/* Returns the page that explains a cause, an absolute URL, in mem; .data is
   NULL when mem is exhausted. */
ss_str_t ss_cause_doc(const ss_cause_info_t *cause, const ss_mem_t *mem);

typedef struct {
    const ss_cause_info_t *info;
    ss_str_t message; /* what was wrong; printable, without secrets */
    ss_str_t fix;     /* what to do, in words */
} ss_cause_t;

typedef struct {
    const ss_cause_t *causes; /* the most likely one first, each once */
    size_t cause_count;       /* at most SS_CAUSES_MAX */
} ss_explanation_t;

/*
 * Tells, from kind, status and Content-Type alone, whether a response is to be
 * explained: its status is 400 or above, or it is a success of an api call
 * whose media type is said and is not JSON:API's. Cheap: adapters ask before
 * they keep any of the body. content_type may be empty. Returns 1 or 0.
 */
int ss_wants_explanation(ss_kind_t kind, unsigned status,
                         ss_str_t content_type);

/*
 * Explains a response.
 *
 * request is the request as it left, edits made; result is what ss_check() said
 * of it as it came: what was repaired is not blamed. A body of the request that
 * is not at hand (body_state) is guessed nothing about. engine is the one that
 * checked. Of a response that ss_wants_explanation() does not ask for the
 * explanation is empty; of all with a status of 400 or above it has at least
 * one cause. *explanation points into request, result, response, engine and
 * mem.
 *
 * Returns SS_OK; SS_ERR_NOMEM, *explanation is empty then.
 */
int ss_explain(const ss_engine_t *engine, const ss_request_t *request,
               const ss_result_t *result, const ss_response_t *response,
               const ss_mem_t *mem, ss_explanation_t *explanation);

/*
 * The functions below build text in mem. Each returns SS_OK with *text set, or
 * SS_ERR_NOMEM. The text has no secrets and no control characters but the
 * newlines named. It is empty when there are no causes (JSON: "[]").
 */

/* The ids of the causes, the most likely one first, with separator between:
   $scopestack_causes with ','. */
int ss_explanation_ids(const ss_explanation_t *explanation, char separator,
                       const ss_mem_t *mem, ss_str_t *text);

/* The ScopeStack-Explain header's value, of the first cause, under 1 KiB:
   token-expired; doc="https://..." */
int ss_explanation_header(const ss_explanation_t *explanation,
                          const ss_mem_t *mem, ss_str_t *text);

/* The causes for people, two lines each, ended by newlines; prefix, a
   terminated string, begins every line. */
int ss_explanation_text(const ss_explanation_t *explanation, const char *prefix,
                        const ss_mem_t *mem, ss_str_t *text);

/* The causes as a JSON array of {cause, message, fix, doc}, on one line,
   without a newline. */
int ss_explanation_json(const ss_explanation_t *explanation,
                        const ss_mem_t *mem, ss_str_t *text);

/*
 * Gives what an error says in its own words, for people who are asked for "the
 * exact error message": a line for each error of a JSON:API document, those
 * alike once, or of OAuth, the title of a page, else the text of the body; each
 * in bounds, words that may be secrets replaced by "***". Lines end with a
 * newline. Empty where the body says nothing, or cannot be shown. request and
 * kind are of the request as it left. Returns SS_OK with *text set,
 * SS_ERR_NOMEM.
 */
int ss_response_message(const ss_request_t *request, ss_kind_t kind,
                        const ss_response_t *response, const ss_mem_t *mem,
                        ss_str_t *text);

/*
 * The body of an error with the explanation in it: as `meta.scopestack` of a
 * JSON:API document with errors, as `scopestack` of an OAuth error object; its
 * value is {"causes": [...]}, as ss_explanation_json() has them. All other
 * bytes stay as they are.
 *
 * body->data is NULL where the response is to be left alone: its body is not
 * complete, content-coded, of another media type, no such object, not
 * well-formed, or has the member; or there are no causes. Returns SS_OK,
 * SS_ERR_NOMEM.
 */
int ss_explanation_body(const ss_explanation_t *explanation,
                        const ss_response_t *response, const ss_mem_t *mem,
                        ss_str_t *body);

/* --- secrets ------------------------------------------------------------ */

/*
 * Tells whether the value of a parameter, member, header, variable or key of
 * this name is a secret. Case, and what separates words (`_ - . [ ]`, blanks, a
 * capital letter), do not count; a name may be percent-encoded, and that of a
 * header misspelt. Short names that stand for many things (code, key, pin) are
 * no secret in "filter[...]", "fields[...]" and "page[...]". Allocates nothing.
 * Returns 1 or 0.
 */
int ss_secret_name(ss_str_t name);

/*
 * Tells whether free text has a secret in it: what follows Bearer or Basic, a
 * JWT, a long word of letters of both cases with digits, the value of
 * `name=value`, `name: value` or `"name": "value"` with the name of a secret
 * (separators may be encoded, twice, too), of a curl option (`-u`,
 * `--oauth2-bearer`), userinfo of a URL, a private key; or a NUL byte, with
 * which it cannot be judged. One pass; allocates nothing. Returns 1 or 0.
 */
int ss_has_secret(ss_str_t text);

/*
 * Gives free text with "***" in place of each secret, as ss_has_secret() finds
 * them. *redacted is the text itself when there is none, and "(N bytes that are
 * not shown)" for what is not UTF-8 or has a NUL byte. Controls stay: see
 * ss_printable(). SS_OK, SS_ERR_NOMEM.
 */
int ss_redact_text(ss_str_t text, const ss_mem_t *mem, ss_str_t *redacted);

/* Tells whether a text speaks of secrets: "secret", "password", "token" and
   their like in it, in any case. What does may have one in a way in which
   ss_has_secret() does not find it. Returns 1 or 0. */
int ss_names_secret(ss_str_t text);

/* Copies a raw query or form body with its secrets replaced by "***": the
   values of secret parameters, what ss_has_secret() finds in others, and long
   parts without "=". *masked is the input itself when nothing is secret. SS_OK,
   SS_ERR_NOMEM. */
int ss_mask_form(ss_str_t form, const ss_mem_t *mem, ss_str_t *masked);

/*
 * Tells whether a text with URLs in it has a secret in it: a request line or
 * its path, a line of a log. Secrets are what ss_has_secret() finds, and long
 * parts of queries without "=". The text need not be UTF-8. One pass; allocates
 * nothing. Returns 1 or 0.
 */
int ss_line_has_secret(ss_str_t line);

/* Copies such a text with its secrets replaced by "***". *masked is the input
   itself when there is none. SS_OK, SS_ERR_NOMEM. */
int ss_mask_line(ss_str_t line, const ss_mem_t *mem, ss_str_t *masked);

/* Gives what may be shown of a header's value, by its name and what it holds:
   the value itself, with its secrets replaced by "***", or "***" behind the
   scheme of a credential. SS_OK, SS_ERR_NOMEM. */
int ss_mask_header(ss_str_t name, ss_str_t value, const ss_mem_t *mem,
                   ss_str_t *masked);

/* Gives what may be shown of a body of this Content-Type, in a request of this
   kind: all of it, with its secrets replaced by "***", or its size. Only forms
   and API documents that speak of no secret can be shown at all, in UTF-8.
   SS_OK, SS_ERR_NOMEM. */
int ss_mask_body(ss_str_t body, ss_str_t content_type, ss_kind_t kind,
                 const ss_mem_t *mem, ss_str_t *masked);

/* Gives what may be shown of words that answer a request: those of a header,
   or of an error. In bounds, and words that may be secrets replaced by "***";
   empty when a secret of the request stands in them. kind is the request's. */
int ss_mask_message(const ss_request_t *request, ss_kind_t kind, ss_str_t words,
                    const ss_mem_t *mem, ss_str_t *masked);

/* Copies bytes for a terminal or a log: control characters and bytes that are
   not UTF-8 become \xNN. */
int ss_printable(ss_str_t bytes, const ss_mem_t *mem, ss_str_t *text);

/* Reads the secret's SHA-256 as 64 lower-case hex digits into hex, which is
   terminated. For `client_secret_sha256` in the rules file. */
void ss_secret_hash(ss_str_t secret, char hex[65]);

/* Encodes bytes in base64 (RFC 4648, 4), padded; the text is terminated. SS_OK,
   or SS_ERR_NOMEM with no text. */
int ss_base64_encode(ss_str_t bytes, const ss_mem_t *mem, ss_str_t *text);

/* --- cases ----------------------------------------------------------------
 *
 * A file of cases says of requests what is to be found in them and how they are
 * to leave, and of responses what explains them. docs/testing-rules.md
 * describes it.
 */

/* What a case expects of a rule. */
typedef struct {
    const ss_rule_info_t *rule;
    unsigned outcomes; /* bits 1u << ss_outcome_t: these and no others */
} ss_case_find_t;

/* Which parts of what leaves a case speaks of. */
#define SS_CASE_TARGET 1u /* method, origin, path and query */
#define SS_CASE_HEADERS 2u
#define SS_CASE_BODY 4u
#define SS_CASE_ALL 7u

typedef struct {
    unsigned line; /* where it stands in its file */
    ss_str_t name;
    ss_str_t config;           /* the rules file that applies, whole */
    const ss_engine_t *engine; /* of that */
    ss_request_t request;

    unsigned only : 1; /* nothing but what it expects may be found */
    const ss_case_find_t *finds;
    size_t find_count;
    const ss_str_t *says; /* parts of what findings and causes say */
    size_t say_count;
    ss_request_t leaves;
    unsigned compared; /* bits SS_CASE_... of leaves */
    unsigned status;   /* of a rejection's answer; 0: not said */
    ss_str_t code;     /* a part of that answer's body */

    unsigned has_response : 1; /* the service's, to be explained */
    ss_response_t response;
    const ss_cause_info_t *const *explains; /* in their order */
    size_t explain_count;

    const ss_str_t *backends; /* that are to run it; none: all */
    size_t backend_count;
} ss_case_t;

typedef struct {
    const char *name; /* of the file, as given */
    ss_str_t rule;    /* that all of it is about; empty: not said */
    const ss_case_t *items;
    size_t count;
} ss_cases_t;

/*
 * Reads a file of cases.
 *
 * yaml is borrowed during the call, name as long as *cases is. rules is the
 * text of the rules file that the cases are for, one that ss_engine_create()
 * takes, or empty for the built-in defaults; cases may change it (`config`).
 * *errors is like that of ss_engine_create(), but shows of a line no more than
 * its key.
 *
 * Returns SS_OK; SS_ERR_CONFIG, *cases empty and *errors set; SS_ERR_NOMEM,
 * *cases and *errors empty.
 */
int ss_cases_read(ss_cases_t *cases, ss_str_t yaml, const char *name,
                  ss_str_t rules, const ss_mem_t *mem, ss_str_t *errors);

/* Where a case and what came of it differ. Both texts are printable, on one
   line, and without secrets. */
typedef struct {
    const char *what; /* "finding", "says", "leaves", "answer" or "explains" */
    ss_str_t expected;
    ss_str_t found;
} ss_difference_t;

typedef struct {
    ss_request_t request; /* as it was checked: the body as adapters give it */
    ss_result_t result;
    ss_request_t leaves;          /* the request with the edits made */
    ss_explanation_t explanation; /* of the response, where there is one */
    const ss_difference_t *differences;
    size_t difference_count; /* 0: as expected */
} ss_case_run_t;

/*
 * Checks the request of a case and compares. What `mode`, `account` and `team`
 * of it say is the caller's to set.
 *
 * *run points into the case and mem. Returns SS_OK, also with differences;
 * SS_ERR_NOMEM.
 */
int ss_case_run(const ss_case_t *item, const ss_mem_t *mem, ss_case_run_t *run);

/*
 * The outcome of a case, each line ended by a newline: "file:line: ok: name",
 * or for each difference "file:line: failed: name: what: expected ...; found
 * ...". SS_OK, SS_ERR_NOMEM.
 */
int ss_case_text(const ss_cases_t *cases, const ss_case_t *item,
                 const ss_case_run_t *run, const ss_mem_t *mem, ss_str_t *text);

/* The same as a JSON object on one line, without a newline: file, line, name,
   ok, verdict, kind, findings, for one with a response explanation,
   differences (what, expected, found). */
int ss_case_json(const ss_cases_t *cases, const ss_case_t *item,
                 const ss_case_run_t *run, const ss_mem_t *mem, ss_str_t *text);

#ifdef __cplusplus
}
#endif

#endif
