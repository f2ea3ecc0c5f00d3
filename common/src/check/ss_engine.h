/*
 * ss_engine.h: what a rules file becomes.
 */

#ifndef SS_ENGINE_H
#define SS_ENGINE_H

#include "http/ss_origin.h"
#include "check/ss_rule.h"

enum {
#define SS_RULE(name) SS_INDEX_##name,
#include "rules/ss_rules.def"
#undef SS_RULE
    SS_RULE_COUNT
};

/* All rules, in the order of ss_rules.def. */
extern const ss_rule_t *const ss_rules[SS_RULE_COUNT];

/* Indices of rules, in their order. */
typedef struct {
    uint8_t rule[SS_RULE_COUNT];
    uint8_t count;
} ss_run_t;

/* What applies to one set of callers: the file's base, or a team's. */
typedef struct {
    ss_mode_t mode;
    ss_str_t account; /* empty: none, or `auto` */
    bool account_auto;
    ss_action_t action[SS_RULE_COUNT];
    unsigned parameter[SS_RULE_COUNT][SS_PARAMETERS_MAX];
    /* derived: which rules run for a kind, which of them also where there is
       neither a body nor anything of note in the query, and what they want to
       see */
    ss_run_t run[SS_KIND_COUNT];
    ss_run_t run_bare[SS_KIND_COUNT];
    bool reads_body[SS_KIND_COUNT];
    bool looks_at_query[SS_KIND_COUNT];
} ss_profile_t;

typedef struct {
    uint8_t bytes[16];
    unsigned family; /* 4, 6, or 0: none */
    unsigned prefix; /* bits */
} ss_cidr_t;

/* All that are given must match; a team without any is chosen by name only. */
typedef struct {
    ss_str_t header;
    ss_str_t value;
    ss_str_t client_id;
    ss_str_t user_agent; /* a part of it, without case */
    ss_cidr_t address;
    bool any;
} ss_match_t;

typedef struct {
    ss_str_t name;
    ss_match_t match;
    bool mode_said; /* profile.mode is the team's own word */
    ss_profile_t profile;
} ss_team_t;

typedef struct {
    ss_str_t name;
    ss_str_t client_id;
    bool has_secret;
    uint8_t secret_sha256[32];
} ss_credential_t;

struct ss_engine {
    ss_origin_t api;
    ss_origin_t auth;
    ss_origin_t *gateways;
    size_t gateway_count;
    size_t max_body;
    ss_profile_t base;
    ss_team_t *teams;
    size_t team_count;
    ss_credential_t *credentials;
    size_t credential_count;
};

/* Fills in an engine's defaults, all that a rules file may then change. */
void ss_engine_defaults(ss_engine_t *engine);

/* Derives what a profile derives from its actions. */
void ss_profile_seal(ss_profile_t *profile);

/* Reads an address, or with "/bits" a network. Returns false when it is none.
 */
bool ss_cidr_parse(ss_str_t text, ss_cidr_t *cidr);
bool ss_cidr_holds(const ss_cidr_t *cidr, ss_str_t address);

#endif
