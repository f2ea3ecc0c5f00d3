/*
 * ss_check.c: a check from begin to end.
 */

#include "check/ss_check.h"
#include "json/ss_document.h"

static int
read_params(ss_check_t *check)
{
    ss_request_t request = *check->request;

    /* a coded body says nothing until it is decoded, which is not for us; one
       made here would not be what the header says */
    if (check->header[SS_H_CONTENT_ENCODING].count > 0) {
        request.body_state = SS_BODY_TOO_LARGE;
    }

    return ss_params_read(&check->params, &request,
                          check->header[SS_H_CONTENT_TYPE].value, check->mem);
}

/* Most requests have no document, and eight rules want one; a clean query has
   nothing for those that look at it. */
static bool
is_idle(ss_check_t *check, const ss_rule_t *rule)
{
    if (rule->query != 0) {
        return (rule->query & check->query_has) == 0;
    }

    return rule->of_document
           && ((check->document_read && check->document == NULL)
               || ss_document(check) == NULL);
}

/* What of the rules of this kind can have something to do. Those that cannot
   cost nothing then, however many there are. */
static const ss_run_t *
rules_to_run(ss_check_t *check, const ss_profile_t *profile)
{
    if (profile->looks_at_query[check->kind]) {
        check->query_has = ss_query_look(check->request->query);
    }

    return check->query_has == 0 && check->request->body_state == SS_BODY_NONE
               ? &profile->run_bare[check->kind]
               : &profile->run[check->kind];
}

static int
run_rules(ss_check_t *check, const ss_profile_t *profile)
{
    const ss_run_t *run = rules_to_run(check, profile);

    check->rules = ss_rules;
    check->actions = profile->action;

    for (size_t i = 0; i < run->count; i++) {
        unsigned index = run->rule[i];
        const ss_rule_t *rule = ss_rules[index];

        if (is_idle(check, rule)) {
            continue;
        }

        check->rule = rule;
        check->action = profile->action[index];
        check->parameter = profile->parameter[index];
        rule->check(check);

        if (check->failed) {
            return SS_ERR_NOMEM;
        }
    }

    return check->failed ? SS_ERR_NOMEM : SS_OK;
}

/* When one finding rejects, nothing is repaired after all. */
static ss_verdict_t
settle(ss_check_t *check)
{
    ss_verdict_t verdict = SS_PASS;

    for (size_t i = 0; i < check->finding_count; i++) {
        ss_verdict_t one = (ss_verdict_t) (check->findings[i].outcome + 1);

        verdict = one > verdict ? one : verdict;
    }

    if (verdict != SS_VERDICT_REJECTED) {
        return verdict;
    }

    for (size_t i = 0; i < check->finding_count; i++) {
        if (check->findings[i].outcome == SS_REPAIRED) {
            check->findings[i].outcome = SS_WOULD_REPAIR;
        }
    }

    return verdict;
}

static int
check_served(ss_check_t *check, ss_result_t *result)
{
    const ss_engine_t *engine = check->engine;
    const ss_request_t *request = check->request;
    const ss_profile_t *profile;
    const ss_team_t *team;
    ss_str_t client_id = SS_STR("");

    ss_fields_index(check);

    if (check->kind == SS_KIND_TOKEN) {
        if (read_params(check) != SS_OK) {
            return SS_ERR_NOMEM;
        }
        client_id = ss_params_value(&check->params, "client_id");
    }

    profile = ss_profile_for(engine, request, client_id, &team);
    check->mode = ss_mode_for(engine, request, team);
    check->account = ss_account_for(profile, request);

    check->kind = ss_kind_for(profile, &check->path, check->method, check->at);
    ss_route_set(engine, check->kind, check->at, &result->route);

    result->mode = check->mode;
    result->account = check->account;
    result->team = team != NULL ? team->name : SS_STR("");

    if (check->mode == SS_MODE_OFF || ss_is_preflight(request)) {
        return SS_OK;
    }

    if (run_rules(check, profile) != SS_OK) {
        return SS_ERR_NOMEM;
    }

    result->verdict = settle(check);
    result->findings = check->findings;
    result->finding_count = check->finding_count;

    if (result->verdict != SS_VERDICT_REPAIRED) {
        return SS_OK;
    }

    if (ss_check_edits(check, result) != SS_OK) {
        return SS_ERR_NOMEM;
    }

    ss_route_set(engine, check->kind, check->at, &result->route);

    return SS_OK;
}

int
ss_check(const ss_engine_t *engine, const ss_request_t *request,
         const ss_mem_t *mem, ss_result_t *result)
{
    ss_check_t check = { .engine = engine,
                         .request = request,
                         .mem = mem,
                         .method = request->method };
    ss_result_t empty = { .mode = engine->base.mode };
    ss_served_t served = ss_check_at(engine, request, &check.at);

    ss_path_parse(request->path, &check.path);
    check.kind = ss_path_kind(&check.path, request->method);
    ss_route_set(engine, check.kind, check.at, &empty.route);
    check.insecure = served == SS_SERVED_INSECURE;
    *result = empty;

    if (served != SS_NOT_SERVED && check_served(&check, result) != SS_OK) {
        empty.route = result->route;
        *result = empty;
        result->verdict = SS_VERDICT_ERROR;
        return SS_ERR_NOMEM;
    }

    return SS_OK;
}
