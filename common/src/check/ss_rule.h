/*
 * ss_rule.h: what a rule is, and what it may call.
 *
 * A rule looks at the request as the rules before it left it, says what it
 * found, and, when ss_found() tells it to, changes that request. The engine
 * turns the difference between the first and the last state into edits.
 *
 * Memory failures stick in the check: a rule need not look at them.
 */

#ifndef SS_RULE_H
#define SS_RULE_H

#include "text/ss_str.h"
#include "http/ss_params.h"
#include "http/ss_path.h"
#include "http/ss_placeholder.h"

typedef struct ss_check ss_check_t;

typedef struct {
    ss_rule_info_t info;
    bool reads_body;  /* the check needs the body, where there may be one */
    bool of_document; /* it runs only where ss_document() gives one */
    uint32_t query;   /* it runs only when the query may have one of these; 0:
                         always */
    uint32_t edits;   /* SS_EDITS_..., what its repairs may change */
    unsigned status;  /* HTTP status of the answer when it rejects */
    const char *oauth_error; /* the same, for a token request */
    void (*check)(ss_check_t *check);
} ss_rule_t;

#define SS_BIT(kind) (1u << SS_KIND_##kind)

/* What a header may have a signature or a digest of: the engine turns a repair
   of it into a report then. */
#define SS_EDITS_BODY 1u
#define SS_EDITS_TYPE 2u /* Content-Type */

/* What may stand in a query, as one look at its bytes tells. */
#define SS_QUERY_UNSAFE 1u /* see ss_query_unsafe() */
#define SS_QUERY_PERCENT 2u
#define SS_QUERY_COMMA 4u
#define SS_QUERY_UNDERSCORE 8u
#define SS_QUERY_NAME(c) (16u << ((c) - 'a')) /* a name that begins so */

/* The headers that rules look at. */
typedef enum {
    SS_H_ACCEPT,
    SS_H_AUTHORIZATION,
    SS_H_CONTENT_TYPE,
    SS_H_CONTENT_ENCODING,
    SS_H_COUNT
} ss_header_id_t;

typedef struct {
    ss_str_t value; /* of the first one, or as set */
    unsigned count; /* how often it stands in the request; 0 or 1 when set */
    bool changed;
} ss_field_t;

typedef enum {
    SS_AT_API,     /* addressed to api_url */
    SS_AT_AUTH,    /* addressed to auth_url */
    SS_AT_GATEWAY, /* addressed to a name that stands for both */
    SS_AT_BOTH     /* api_url and auth_url are the same */
} ss_at_t;

typedef struct ss_found_node ss_found_node_t;

/* A request under check. Rules read it; they change it by the calls below. */
struct ss_check {
    const ss_engine_t *engine;
    const ss_request_t *request;
    const ss_mem_t *mem;
    ss_kind_t kind;
    ss_mode_t mode;
    ss_str_t account; /* empty: none known */

    ss_at_t at;
    bool insecure; /* by http, where the rules file says https */
    bool origin_changed;
    ss_str_t method;
    ss_path_t path;
    bool path_changed;
    ss_field_t header[SS_H_COUNT];
    ss_params_t params; /* of a token request; of others see ss_query() */

    /* the engine's own */
    struct ss_document *document; /* ask ss_document() */
    bool document_read;
    const ss_rule_t *const *rules; /* all of them */
    const ss_rule_t *rule;
    ss_action_t action;
    const ss_action_t *actions; /* of all rules */
    const unsigned *parameter;
    bool query_read;
    uint32_t query_has;
    bool held_read; /* ask held() in ss_rule.c */
    uint32_t held;
    ss_str_t held_by;
    ss_finding_t *findings;
    size_t finding_count;
    size_t finding_size;
    bool failed;
};

typedef struct {
    ss_str_t place;
    ss_str_t message; /* never a value of a secret field */
    ss_str_t fix;     /* empty: the rule's own */
    bool no_repair;   /* this one cannot be repaired */
    uint32_t keeps;   /* SS_EDITS_..., what this repair leaves as it is though
                         others of the rule do not */
} ss_problem_t;

/* Records a finding of the running rule. Returns true when the rule is to
   repair it now. */
bool ss_found(ss_check_t *check, ss_problem_t problem);

/* The value of the running rule's parameter i, as info.parameters has them. */
unsigned ss_parameter(const ss_check_t *check, size_t i);

/*
 * The parameters of the query of a request that is none for a token, read when
 * the first rule asks. There are none when there are too many of them: what is
 * not known whole must not be put together again.
 */
ss_params_t *ss_query(ss_check_t *check);

/* Tells whether a byte must not stand in a query as it is (RFC 3986, 3.4). "["
   and "]" have no place there either, but everybody writes them, and the
   service takes them. */
bool ss_query_unsafe(uint8_t c);

/* Spells a parameter of the query anew: raw has the piece, encoded. */
void ss_query_respell(ss_check_t *check, ss_param_t *param, ss_buf_t *raw);

/* Tells whether a name is "family[member]", and gives the member: not empty,
   and without brackets of its own. */
bool ss_query_member(ss_str_t name, const char *family, ss_str_t *member);

/* Tells whether the rule of this id has found something in this request: what
   it has told need not be told again. */
bool ss_was_found(const ss_check_t *check, const char *id);

/* Tells whether the rule of this id would repair what it finds, when its repair
   edits SS_EDITS_...: a rule that runs before it sees what it will leave. */
bool ss_will_repair(ss_check_t *check, const char *id, uint32_t edits);

/* Takes back what the rule of this id has only reported at this place: the
   running rule says the same there, and more. */
void ss_withdraw(ss_check_t *check, const char *id, ss_str_t place);

/* Changes; each value must live as long as the result. */
void ss_set_method(ss_check_t *check, ss_str_t method);
void ss_set_path(ss_check_t *check, ss_str_t path);
void ss_set_at(ss_check_t *check, ss_at_t at);
void ss_set_header(ss_check_t *check, ss_header_id_t id, ss_str_t value);
void ss_remove_header(ss_check_t *check, ss_header_id_t id);

/* Tells whether a path is one of the API host's: asked of it, or of a name
   that stands for both, where the OAuth host has other ones. */
bool ss_at_is_api(ss_at_t at);

/* Tells whether a path segment is the account that is known. */
bool ss_is_account(const ss_check_t *check, ss_str_t segment);

/* Tells whether segment i of a path is "api", and no account's slug. */
bool ss_path_is_prefixed(const ss_check_t *check, const ss_path_t *path,
                         size_t i);

/* Tells whether the path, once the rules repaired what they can, is one that
   the service is sure not to have, or has by luck alone: no slug and none
   known, the account where the resource belongs, a guess without a known end.
   Such a path is reported, not repaired. For paths of the API. */
bool ss_path_ends_in_404(const ss_check_t *check);

/* Gives the values of a header line by line: begin with *at = 0. Returns false
   behind the last one. */
bool ss_next_header(const ss_check_t *check, ss_header_id_t id, size_t *at,
                    ss_str_t *value);

/* Joins parts in the check's memory; empty when there is none. */
#define SS_TEXT(check, ...)                                                    \
    ss_check_join(check, (const ss_str_t[]){ __VA_ARGS__ },                    \
                  sizeof((const ss_str_t[]){ __VA_ARGS__ })                    \
                      / sizeof(ss_str_t))
ss_str_t ss_check_join(ss_check_t *check, const ss_str_t *parts, size_t count);

/* The media type of a Content-Type value, without parameters. */
ss_str_t ss_media_type(ss_str_t content_type);

#define SS_JSONAPI SS_STR("application/vnd.api+json")
#define SS_FORM SS_STR("application/x-www-form-urlencoded")

#endif
