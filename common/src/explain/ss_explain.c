/*
 * ss_explain.c: weighs the causes of all families against a response.
 */

#include "explain/ss_explain_rank.h"

#define SS_CAUSES(name) extern const ss_cause_family_t ss_causes_##name;
#include "causes/ss_causes.def"
#undef SS_CAUSES

static const ss_cause_family_t *const families[] = {
#define SS_CAUSES(name) &ss_causes_##name,
#include "causes/ss_causes.def"
#undef SS_CAUSES
};

#define FAMILIES (sizeof(families) / sizeof(families[0]))

/* --- the registry ------------------------------------------------------- */

size_t
ss_cause_count(void)
{
    size_t count = 0;

    for (size_t i = 0; i < FAMILIES; i++) {
        count += families[i]->count;
    }

    return count;
}

const ss_cause_info_t *
ss_cause_at(size_t i)
{
    size_t family = 0;

    while (i >= families[family]->count) {
        i -= families[family]->count;
        family++;
    }

    return &families[family]->items[i].info;
}

const ss_cause_info_t *
ss_cause_find(ss_str_t id)
{
    for (size_t i = 0; i < FAMILIES; i++) {
        for (size_t k = 0; k < families[i]->count; k++) {
            if (ss_eq(id, ss_cstr(families[i]->items[k].info.id))) {
                return &families[i]->items[k].info;
            }
        }
    }

    return NULL;
}

/* --- does a cause apply ------------------------------------------------- */

/* So many findings of one cause are told. */
#define FINDINGS_MAX 3

static bool
is_blamed(const ss_explain_t *explain, const ss_cause_def_t *def,
          const char *rules, const ss_finding_t *finding)
{
    return rules != NULL && finding->outcome != SS_REPAIRED
           && ss_is_listed(rules, ss_cstr(finding->rule->id))
           && (def->suits == NULL || def->suits(explain, finding));
}

/* Says what rules of the cause found, and left as it was; what was repaired is
   not to blame. Returns false when that is nothing. */
static bool
tell_findings(ss_explain_t *explain, ss_candidate_t *candidate,
              const char *rules)
{
    ss_telling_t *telling = &candidate->telling;
    const ss_finding_t *last = NULL;
    size_t count = 0;

    for (size_t i = 0; i < explain->result->finding_count; i++) {
        const ss_finding_t *finding = &explain->result->findings[i];

        if (!is_blamed(explain, candidate->def, rules, finding)
            || ++count > FINDINGS_MAX) {
            continue;
        }

        telling->message =
            SS_SAY(explain, last != NULL ? telling->message : SS_STR(""),
                   last != NULL ? SS_STR("; ") : SS_STR(""), finding->place,
                   SS_STR(": "), finding->message);
        if (last == NULL) {
            candidate->finding = finding;
            telling->fix = finding->fix;
        } else if (!ss_eq(last->fix, finding->fix)) {
            telling->fix =
                SS_SAY(explain, telling->fix, SS_STR("; "), finding->fix);
        }
        last = finding;
    }

    return count > 0;
}

/* Whether an entry is for such requests at all. */
static bool
is_for(const ss_explain_t *explain, const ss_cause_def_t *def)
{
    return def->success == (explain->response->status < 400)
           && (def->kinds == 0 || def->kinds & 1u << explain->kind)
           && (def->grants == 0 || def->grants & 1u << explain->grant);
}

/* 401 of the token endpoint is invalid_client (RFC 6749, 5.2), whether the body
   says so or not; other challenges are those of a proxy. */
static bool
is_error(const ss_explain_t *explain, const char *errors)
{
    ss_str_t challenge =
        ss_response_header(explain->response, SS_STR("WWW-Authenticate"));

    if (explain->told.error.len > 0) {
        return ss_is_listed(errors, explain->told.error);
    }

    return explain->kind == SS_KIND_TOKEN && explain->response->status == 401
           && (challenge.len == 0
               || ss_starts_nocase(challenge, SS_STR("Bearer")))
           && ss_is_listed(errors, SS_STR("invalid_client"));
}

/* Whether the answer is one of those that an entry is for. */
static bool
is_answer(const ss_explain_t *explain, const ss_cause_def_t *def)
{
    unsigned code = explain->error != NULL ? explain->error->code : 0;

    return (def->status == 0 || def->status == explain->response->status)
           && (def->code == 0 || def->code == code)
           && (def->errors == NULL || is_error(explain, def->errors));
}

/* Whether it is one of the further ones, which only a finding makes it. */
static bool
is_further_answer(const ss_explain_t *explain, const ss_cause_def_t *def)
{
    unsigned status = explain->response->status;
    char digits[3] = { (char) ('0' + status / 100 % 10),
                       (char) ('0' + status / 10 % 10),
                       (char) ('0' + status % 10) };

    if (def->also == NULL) {
        return false;
    }

    return ss_explain_silent(explain)
               ? ss_is_listed(def->also, ss_str((const uint8_t *) digits, 3))
               : ss_is_listed(def->also, explain->told.error);
}

/* What an entry says by itself. Returns false when it does not apply. */
static bool
tell_entry(ss_explain_t *explain, const ss_cause_def_t *def,
           ss_telling_t *telling)
{
    *telling = (ss_telling_t){ .weight = def->weight,
                               .message = ss_cstr(def->message),
                               .fix = ss_cstr(def->fix) };

    return def->applies == NULL || def->applies(explain, telling);
}

/* What the service says stays, what it points at is in the finding. */
static bool
weigh_findings(ss_explain_t *explain, ss_candidate_t *candidate,
               const char *rules, unsigned weight)
{
    if (!tell_findings(explain, candidate, rules)) {
        return false;
    }

    candidate->telling.weight = weight;
    candidate->telling.subject = SS_STR("");

    return true;
}

static bool
weigh(ss_explain_t *explain, const ss_cause_def_t *def,
      ss_candidate_t *candidate)
{
    bool applies = false;

    *candidate = (ss_candidate_t){ .def = def };
    if (!is_for(explain, def)) {
        return false;
    }

    if (is_answer(explain, def)) {
        applies = tell_entry(explain, def, &candidate->telling);
        if (def->code != 0 && !applies) {
            return false;
        }
        if (weigh_findings(explain, candidate, def->rules, SS_FOUND)) {
            return true;
        }
        applies = applies && def->weight > 0;
        if (applies && candidate->telling.weight > SS_SUSPECTED) {
            return true;
        }
    } else if (!is_further_answer(explain, def)) {
        return false;
    } else if (weigh_findings(explain, candidate, def->rules, SS_SUSPECTED)) {
        return true;
    }

    return weigh_findings(explain, candidate, def->suspects, SS_SUSPECTED)
           || applies;
}

static void
rank_all(ss_explain_t *explain, ss_ranking_t *ranking)
{
    explain->explained = false;

    for (size_t i = 0; i < FAMILIES; i++) {
        for (size_t k = 0; k < families[i]->count; k++) {
            ss_candidate_t candidate;

            if (weigh(explain, &families[i]->items[k], &candidate)) {
                explain->explained |= candidate.telling.weight >= SS_CERTAIN;
                ss_rank(explain, ranking, &candidate);
            }
        }
    }
}

/* --- the explanation ---------------------------------------------------- */

static ss_str_t
fix_of(ss_explain_t *explain, const ss_candidate_t *candidate)
{
    const char *hint = ss_hint(ss_explain_header(explain, "User-Agent"),
                               candidate->def->topic);

    return hint == NULL ? candidate->telling.fix
                        : SS_SAY(explain, candidate->telling.fix, SS_STR("; "),
                                 ss_cstr(hint));
}

/* Findings quote names of the request, which may have any byte in them. */
static ss_str_t
clean(ss_explain_t *explain, ss_str_t text)
{
    ss_str_t shown = SS_STR("");

    explain->failed |= ss_printable(text, explain->mem, &shown) != SS_OK;

    return shown;
}

static int
tell(ss_explain_t *explain, const ss_ranking_t *ranking,
     ss_explanation_t *explanation)
{
    size_t count = ss_rank_reported(ranking);
    ss_cause_t *causes = ss_alloc(explain->mem, count, sizeof(*causes));

    if (causes == NULL) {
        return SS_ERR_NOMEM;
    }

    for (size_t i = 0; i < count; i++) {
        const ss_candidate_t *one = &ranking->items[i];

        causes[i] = (ss_cause_t){
            .info = &one->def->info,
            .message = clean(explain, ss_rank_says(explain, one)),
            .fix = clean(explain, fix_of(explain, one)),
        };
    }

    if (explain->failed) {
        return SS_ERR_NOMEM;
    }
    *explanation = (ss_explanation_t){ causes, count };

    return SS_OK;
}

int
ss_wants_explanation(ss_kind_t kind, unsigned status, ss_str_t content_type)
{
    ss_str_t type;

    if (status >= 400) {
        return 1;
    }

    /* nearly every answer ends here, without its type being taken apart */
    if (kind != SS_KIND_API || status < 200 || status > 299
        || ss_eq(content_type, SS_JSONAPI)) {
        return 0;
    }

    type = ss_media_type(content_type);

    return type.len > 0 && !ss_eq_nocase(type, SS_JSONAPI);
}

int
ss_explain(const ss_engine_t *engine, const ss_request_t *request,
           const ss_result_t *result, const ss_response_t *response,
           const ss_mem_t *mem, ss_explanation_t *explanation)
{
    ss_explain_t explain = { .engine = engine,
                             .request = request,
                             .result = result,
                             .response = response,
                             .mem = mem,
                             .kind = result->route.kind };
    ss_ranking_t ranking = { .count = 0 };

    *explanation = (ss_explanation_t){ NULL, 0 };
    if (!ss_wants_explanation(
            explain.kind, response->status,
            ss_response_header(response, SS_STR("Content-Type")))) {
        return SS_OK;
    }

    ss_path_parse(request->path, &explain.path);
    ss_explain_read(&explain);
    ss_explain_params(&explain);

    /* one round for each error that is told, one where there is none */
    for (size_t i = 0; i == 0 || i < explain.told.error_count; i++) {
        explain.error =
            explain.told.error_count > 0 ? &explain.told.errors[i] : NULL;
        rank_all(&explain, &ranking);
    }

    return explain.failed ? SS_ERR_NOMEM
                          : tell(&explain, &ranking, explanation);
}
