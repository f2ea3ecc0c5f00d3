#include "ss_engine.h"
#include "ss_reserved.h"

#define SS_RULE(name) extern const ss_rule_t ss_rule_##name;
#include "ss_rules.def"
#undef SS_RULE

const ss_rule_t *const ss_rules[SS_RULE_COUNT] = {
#define SS_RULE(name) &ss_rule_##name,
#include "ss_rules.def"
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

static bool
port_parse(ss_str_t text, unsigned *port)
{
    *port = 0;

    if (text.len == 0 || text.len > 5) {
        return false;
    }

    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return false;
        }
        *port = *port * 10 + (text.data[i] - '0');
    }

    return *port >= 1 && *port <= 65535;
}

/* Splits host[:port]; the port is 0 when there is none. */
static bool
authority_parse(ss_str_t authority, ss_str_t *host, unsigned *port)
{
    size_t end = authority.len;

    *port = 0;

    if (authority.len > 0 && authority.data[0] == '[') {
        end = ss_index(authority, ']');
        if (end == authority.len) {
            return false;
        }
        end++;
    } else {
        end = ss_index(authority, ':');
    }

    *host = ss_str(authority.data, end);
    if (end == authority.len) {
        return end > 0;
    }

    return end > 0 && authority.data[end] == ':'
           && port_parse(ss_skip(authority, end + 1), port);
}

static unsigned
default_port(ss_str_t scheme)
{
    return ss_eq_nocase(scheme, SS_STR("https")) ? 443 : 80;
}

static bool
host_valid(ss_str_t host)
{
    for (size_t i = 0; i < host.len; i++) {
        uint8_t c = host.data[i];

        if (c <= ' ' || c >= 0x7f || strchr("/?#@\\\"'<>{}|^`%", c) != NULL) {
            return false;
        }
    }

    return true;
}

bool
ss_origin_parse(ss_str_t text, ss_origin_t *origin)
{
    if (ss_starts_nocase(text, SS_STR("https://"))) {
        origin->scheme = SS_STR("https");
    } else if (ss_starts_nocase(text, SS_STR("http://"))) {
        origin->scheme = SS_STR("http");
    } else {
        return false;
    }

    text = ss_skip(text, origin->scheme.len + 3);
    if (text.len > 0 && text.data[text.len - 1] == '/') {
        text.len--;
    }

    origin->authority = text;
    if (!authority_parse(text, &origin->host, &origin->port)
        || !host_valid(origin->host)) {
        return false;
    }

    if (origin->port == 0) {
        origin->port = default_port(origin->scheme);
    }

    return true;
}

bool
ss_origin_is(const ss_origin_t *origin, ss_str_t scheme, ss_str_t authority)
{
    ss_str_t host;
    unsigned port;

    /* the usual spelling, without taking it apart */
    if (ss_eq(authority, origin->authority)
        && ss_eq_nocase(scheme, origin->scheme)) {
        return true;
    }

    if (!ss_eq_nocase(scheme, origin->scheme)
        || !ss_starts_nocase(authority, origin->host)
        || !authority_parse(authority, &host, &port)) {
        return false;
    }

    return ss_eq_nocase(host, origin->host)
           && (port != 0 ? port : default_port(scheme)) == origin->port;
}

bool
ss_origin_is_insecure(const ss_origin_t *origin, ss_str_t scheme,
                      ss_str_t authority)
{
    ss_str_t host;
    unsigned port;

    if (!ss_eq(origin->scheme, SS_STR("https"))
        || !ss_eq_nocase(scheme, SS_STR("http"))
        || !authority_parse(authority, &host, &port)
        || !ss_eq_nocase(host, origin->host)) {
        return false;
    }

    return port == 0 || port == default_port(scheme) || port == origin->port;
}

int
ss_account_valid(ss_str_t account)
{
    for (size_t i = 0; i < account.len; i++) {
        uint8_t c = account.data[i];

        if (!ss_is_alnum(c) && c != '-' && c != '_' && c != '.' && c != '~') {
            return false;
        }
    }

    /* these mean something else in a path */
    return account.len > 0 && !ss_eq(account, SS_STR("."))
           && !ss_eq(account, SS_STR("..")) && !ss_eq(account, SS_STR("v1"))
           && !ss_is_reserved(account);
}
