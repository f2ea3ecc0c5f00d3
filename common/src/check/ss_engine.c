#include "check/ss_engine.h"

#define SS_RULE(name) extern const ss_rule_t ss_rule_##name;
#include "rules/ss_rules.def"
#undef SS_RULE

const ss_rule_t *const ss_rules[SS_RULE_COUNT] = {
#define SS_RULE(name) &ss_rule_##name,
#include "rules/ss_rules.def"
#undef SS_RULE
};

size_t
ss_rule_count(void)
{
    return SS_RULE_COUNT;
}

const ss_rule_info_t *
ss_rule_at(size_t i)
{
    return &ss_rules[i]->info;
}

const ss_rule_info_t *
ss_rule_find(ss_str_t id)
{
    for (size_t i = 0; i < SS_RULE_COUNT; i++) {
        if (ss_eq(id, ss_cstr(ss_rules[i]->info.id))) {
            return &ss_rules[i]->info;
        }
    }

    return NULL;
}

static void
add_run(ss_run_t *run, unsigned i)
{
    run->rule[run->count++] = (uint8_t) i;
}

void
ss_profile_seal(ss_profile_t *profile)
{
    for (unsigned kind = 0; kind < SS_KIND_COUNT; kind++) {
        profile->run[kind].count = 0;
        profile->run_bare[kind].count = 0;
        profile->reads_body[kind] = false;
        profile->looks_at_query[kind] = false;

        for (unsigned i = 0; i < SS_RULE_COUNT; i++) {
            if (profile->action[i] == SS_ACTION_OFF
                || !(ss_rules[i]->info.kinds & 1u << kind)) {
                continue;
            }
            add_run(&profile->run[kind], i);
            if (ss_rules[i]->query == 0 && !ss_rules[i]->of_document) {
                add_run(&profile->run_bare[kind], i);
            }
            profile->reads_body[kind] |= ss_rules[i]->reads_body;
            profile->looks_at_query[kind] |= ss_rules[i]->query != 0;
        }
    }
}

void
ss_engine_defaults(ss_engine_t *engine)
{
    *engine = (ss_engine_t){ .max_body = 1024 * 1024 };

    ss_origin_parse(SS_STR("https://api.scopestack.io"), &engine->api);
    ss_origin_parse(SS_STR("https://app.scopestack.io"), &engine->auth);

    engine->base.mode = SS_MODE_ENFORCE;
    for (size_t i = 0; i < SS_RULE_COUNT; i++) {
        const ss_rule_info_t *info = &ss_rules[i]->info;

        engine->base.action[i] = info->action;
        for (size_t k = 0; k < SS_PARAMETERS_MAX; k++) {
            engine->base.parameter[i][k] = info->parameters[k].value;
        }
    }
}

int
ss_engine_default(ss_engine_t **engine, const ss_mem_t *mem)
{
    *engine = ss_alloc(mem, 1, sizeof(**engine));
    if (*engine == NULL) {
        return SS_ERR_NOMEM;
    }

    ss_engine_defaults(*engine);
    ss_profile_seal(&(*engine)->base);

    return SS_OK;
}

size_t
ss_engine_max_body(const ss_engine_t *engine)
{
    return engine->max_body;
}

ss_mode_t
ss_engine_mode(const ss_engine_t *engine)
{
    return engine->base.mode;
}
