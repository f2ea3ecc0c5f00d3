/*
 * ss_explain.c: weighs the causes of all families against a response.
 */

#include "ss_explain.h"

static const ss_cause_family_t *const families[] = {
#define SS_CAUSES(name) &ss_causes_##name,
#include "ss_causes.def"
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

/* --- the most likely ones ----------------------------------------------- */

typedef struct {
    const ss_cause_def_t *def;
    const ss_finding_t *finding; /* that says so, or NULL */
    ss_telling_t telling;
} candidate_t;

/* One more than are told: room to put a new one in. */
typedef struct {
    candidate_t items[SS_CAUSES_MAX + 1];
    size_t count;
} ranking_t;

/* One thing is told once, by whichever cause comes first. */
static bool
is_ranked(const ranking_t *ranking, const candidate_t *candidate)
{
    for (size_t i = 0; i < ranking->count; i++) {
        if (ranking->items[i].def == candidate->def
            || (candidate->finding != NULL
                && ranking->items[i].finding == candidate->finding)) {
            return true;
        }
    }

    return false;
}

/* Behind all that are as likely: what comes first in the tables stays first. */
static void
rank(ranking_t *ranking, const candidate_t *candidate)
{
    size_t i = ranking->count;

    if (is_ranked(ranking, candidate)) {
        return;
    }

    for (; i > 0
           && ranking->items[i - 1].telling.weight < candidate->telling.weight;
         i--) {
        ranking->items[i] = ranking->items[i - 1];
    }
    ranking->items[i] = *candidate;

    if (ranking->count < SS_CAUSES_MAX) {
        ranking->count++;
    }
}

/* What is certain leaves no room for guesses; a fallback is for when there is
   nothing else. */
static size_t
told_count(const ranking_t *ranking)
{
    unsigned least = SS_FALLBACK;
    size_t count = 0;

    if (ranking->count > 0 && ranking->items[0].telling.weight >= SS_CERTAIN) {
        least = SS_LIKELY;
    } else if (ranking->count > 0
               && ranking->items[0].telling.weight > SS_FALLBACK) {
        least = SS_FALLBACK + 1;
    }

    while (count < ranking->count
           && ranking->items[count].telling.weight >= least) {
        count++;
    }

    return count;
}

/* --- does a cause apply ------------------------------------------------- */

bool
ss_is_listed(const char *words, ss_str_t word)
{
    ss_str_t rest = ss_cstr(words), one;
    bool more = true;

    while (ss_split(&rest, &more, ' ', &one)) {
        if (ss_eq(one, word)) {
            return true;
        }
    }

    return false;
}

/* What a rule of the cause found, and left as it was; what was repaired is not
   to blame. */
static const ss_finding_t *
finding_of(const ss_explain_t *explain, const ss_cause_def_t *def)
{
    const ss_result_t *result = explain->result;

    for (size_t i = 0; def->rules != NULL && i < result->finding_count; i++) {
        const ss_finding_t *finding = &result->findings[i];

        if (finding->outcome != SS_REPAIRED
            && ss_is_listed(def->rules, ss_cstr(finding->rule->id))) {
            return finding;
        }
    }

    return NULL;
}

static bool
is_of(const ss_explain_t *explain, const ss_cause_def_t *def)
{
    unsigned status = explain->response->status;
    unsigned code = explain->error != NULL ? explain->error->code : 0;

    return def->success == (status < 400)
           && (def->status == 0 || def->status == status)
           && (def->kinds == 0 || def->kinds & 1u << explain->kind)
           && (def->code == 0 || def->code == code)
           && (def->grants == 0 || def->grants & 1u << explain->grant)
           && (def->errors == NULL
               || ss_is_listed(def->errors, explain->told.error));
}

static bool
weigh(ss_explain_t *explain, const ss_cause_def_t *def, candidate_t *candidate)
{
    ss_telling_t *telling = &candidate->telling;
    const ss_finding_t *finding;

    if (!is_of(explain, def)) {
        return false;
    }

    finding = finding_of(explain, def);
    *candidate = (candidate_t){ def,
                                finding,
                                { .weight = def->weight,
                                  .message = ss_cstr(def->message),
                                  .fix = ss_cstr(def->fix) } };

    if (finding != NULL) {
        telling->weight = SS_FOUND;
        telling->message =
            SS_SAY(explain, finding->place, SS_STR(": "), finding->message);
        telling->fix = finding->fix;
        return true;
    }

    return def->weight > 0
           && (def->applies == NULL || def->applies(explain, telling));
}

static void
rank_all(ss_explain_t *explain, ranking_t *ranking)
{
    for (size_t i = 0; i < FAMILIES; i++) {
        for (size_t k = 0; k < families[i]->count; k++) {
            candidate_t candidate;

            if (weigh(explain, &families[i]->items[k], &candidate)) {
                rank(ranking, &candidate);
            }
        }
    }
}

/* --- the explanation ---------------------------------------------------- */

ss_str_t
ss_explain_join(ss_explain_t *explain, const ss_str_t *parts, size_t count)
{
    ss_str_t text;

    if (ss_join(explain->mem, &text, parts, count) != SS_OK) {
        explain->failed = true;
        return SS_STR("");
    }

    return text;
}

static ss_str_t
fix_of(ss_explain_t *explain, const candidate_t *candidate)
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
tell(ss_explain_t *explain, const ranking_t *ranking,
     ss_explanation_t *explanation)
{
    size_t count = told_count(ranking);
    ss_cause_t *causes = ss_alloc(explain->mem, count, sizeof(*causes));

    if (causes == NULL) {
        return SS_ERR_NOMEM;
    }

    for (size_t i = 0; i < count; i++) {
        const candidate_t *one = &ranking->items[i];

        causes[i] = (ss_cause_t){
            .info = &one->def->info,
            .message = clean(explain, one->telling.message),
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
    ranking_t ranking = { .count = 0 };

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
    for (size_t i = 0;
         i == 0 || (i < explain.told.error_count && i < SS_CAUSES_MAX); i++) {
        explain.error =
            explain.told.error_count > 0 ? &explain.told.errors[i] : NULL;
        rank_all(&explain, &ranking);
    }

    return explain.failed ? SS_ERR_NOMEM
                          : tell(&explain, &ranking, explanation);
}
