/*
 * ss_rule.c: what rules call.
 */

#include "check/ss_engine.h"
#include "http/ss_signed.h"

static ss_outcome_t
outcome_of(const ss_check_t *check, bool no_repair)
{
    bool enforce = check->mode == SS_MODE_ENFORCE;

    if (check->action == SS_ACTION_REJECT) {
        return enforce ? SS_REJECTED : SS_WOULD_REJECT;
    }

    if (check->action == SS_ACTION_REPAIR && !no_repair) {
        return enforce ? SS_REPAIRED : SS_WOULD_REPAIR;
    }

    return SS_REPORTED;
}

static ss_finding_t *
new_finding(ss_check_t *check)
{
    ss_finding_t *findings;
    size_t size = check->finding_size == 0 ? 4 : check->finding_size * 2;

    if (check->finding_count < check->finding_size) {
        return &check->findings[check->finding_count++];
    }

    findings = ss_alloc(check->mem, size, sizeof(*findings));
    if (findings == NULL) {
        check->failed = true;
        return NULL;
    }

    if (check->finding_count > 0) {
        memcpy(findings, check->findings,
               check->finding_count * sizeof(*findings));
    }
    check->findings = findings;
    check->finding_size = size;

    return &findings[check->finding_count++];
}

/* What a signature or a digest fixes. Asked for by the first repair of a body:
   most requests have neither. */
static uint32_t
held(ss_check_t *check)
{
    static const uint32_t fixed[] = {
        [SS_UNSIGNED] = 0,
        [SS_DIGESTED] = SS_EDITS_BODY,
        [SS_SIGNED] = SS_EDITS_BODY | SS_EDITS_TYPE,
    };

    if (!check->held_read) {
        check->held_read = true;
        check->held = fixed[ss_request_signed(check->request, &check->held_by)];
    }

    return check->held;
}

/* Why a repair must not be, or nothing. */
static ss_str_t
hindrance(ss_check_t *check, uint32_t edits)
{
    if (edits == 0 || (edits & held(check)) == 0) {
        return SS_STR("");
    }

    return SS_TEXT(check, check->held_by,
                   SS_STR(" stands for the body as it is, so it is not "
                          "changed here"));
}

/* HEAD, DELETE and others: nothing in them is worth a repair. GET and PUT are a
   POST by now, where that is repaired. */
static bool
is_no_token_request(const ss_check_t *check, uint32_t edits)
{
    return (edits & SS_EDITS_BODY) && check->kind == SS_KIND_TOKEN
           && !ss_eq(check->method, SS_STR("POST"));
}

/* Turns a repair that must not be into a report that says so. */
static void
hinder(ss_check_t *check, ss_problem_t *problem)
{
    ss_str_t why;

    if (check->action != SS_ACTION_REPAIR || problem->no_repair) {
        return;
    }

    why = is_no_token_request(check, check->rule->edits)
              ? SS_STR("only a POST is a token request, and has a body")
              : hindrance(check, check->rule->edits & ~problem->keeps);
    if (why.len > 0) {
        problem->no_repair = true;
        problem->fix =
            SS_TEXT(check,
                    problem->fix.len > 0 ? problem->fix
                                         : ss_cstr(check->rule->info.fix),
                    SS_STR(" ("), why, SS_STR(")"));
    }
}

bool
ss_found(ss_check_t *check, ss_problem_t problem)
{
    ss_finding_t *finding = new_finding(check);

    if (finding == NULL) {
        return false;
    }

    hinder(check, &problem);

    *finding = (ss_finding_t){
        .rule = &check->rule->info,
        .outcome = outcome_of(check, problem.no_repair),
        .place = problem.place,
        .message = problem.message,
        .fix =
            problem.fix.len > 0 ? problem.fix : ss_cstr(check->rule->info.fix),
    };

    /* observed requests are repaired too, so that later rules see the same;
       only the edits are kept back */
    return finding->outcome == SS_REPAIRED
           || finding->outcome == SS_WOULD_REPAIR;
}

unsigned
ss_parameter(const ss_check_t *check, size_t i)
{
    return check->parameter[i];
}

bool
ss_was_found(const ss_check_t *check, const char *id)
{
    for (size_t i = 0; i < check->finding_count; i++) {
        if (!strcmp(check->findings[i].rule->id, id)) {
            return true;
        }
    }

    return false;
}

bool
ss_will_repair(ss_check_t *check, const char *id, uint32_t edits)
{
    for (size_t i = 0; i < SS_RULE_COUNT; i++) {
        if (!strcmp(check->rules[i]->info.id, id)) {
            return check->actions[i] == SS_ACTION_REPAIR
                   && !is_no_token_request(check, check->rules[i]->edits)
                   && hindrance(check, edits).len == 0;
        }
    }

    return false;
}

void
ss_withdraw(ss_check_t *check, const char *id, ss_str_t place)
{
    size_t kept = 0;

    for (size_t i = 0; i < check->finding_count; i++) {
        const ss_finding_t *finding = &check->findings[i];

        if (finding->outcome != SS_REPORTED || strcmp(finding->rule->id, id)
            || !ss_eq(finding->place, place)) {
            check->findings[kept++] = *finding;
        }
    }

    check->finding_count = kept;
}

void
ss_set_method(ss_check_t *check, ss_str_t method)
{
    check->method = method;
}

void
ss_set_path(ss_check_t *check, ss_str_t path)
{
    if (!check->failed) {
        ss_path_parse(path, &check->path);
        check->path_changed = true;
    }
}

void
ss_set_at(ss_check_t *check, ss_at_t at)
{
    check->at = at;
    check->origin_changed = true;
}

void
ss_set_header(ss_check_t *check, ss_header_id_t id, ss_str_t value)
{
    check->header[id] = (ss_field_t){ value, 1, true };
}

void
ss_remove_header(ss_check_t *check, ss_header_id_t id)
{
    check->header[id] = (ss_field_t){ SS_STR(""), 0, true };
}

ss_str_t
ss_check_join(ss_check_t *check, const ss_str_t *parts, size_t count)
{
    ss_str_t text;

    if (ss_join(check->mem, &text, parts, count) != SS_OK) {
        check->failed = true;
        return SS_STR("");
    }

    return text;
}
