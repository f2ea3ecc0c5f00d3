/*
 * ss_config.c: a rules file into an engine. What may stand where is in the
 * tables below; every error names its place.
 */

#include "config/ss_config.h"

#include "text/ss_table.h"

static void
read_version(ss_config_t *config, const ss_node_t *node, void *target)
{
    (void) target;

    if (ss_config_is(config, node, SS_NODE_SCALAR)
        && !ss_eq(node->text, SS_STR("1"))) {
        COMPLAIN(config, node, SS_STR("version must be 1"));
    }
}

/* --- sections ----------------------------------------------------------- */

static void
read_gateways(ss_config_t *config, const ss_node_t *node, void *target)
{
    ss_engine_t *engine = config->engine;

    (void) target;

    if (!ss_config_is(config, node, SS_NODE_LIST)) {
        return;
    }

    engine->gateways =
        ss_config_array(config, node->count, sizeof(*engine->gateways));
    for (size_t i = 0; engine->gateways != NULL && i < node->count; i++) {
        ss_read_origin(config, node->items[i], &engine->gateways[i]);
        engine->gateway_count++;
    }
}

static void
read_api_url(ss_config_t *config, const ss_node_t *node, void *target)
{
    (void) target;
    ss_read_origin(config, node, &config->engine->api);
}

static void
read_auth_url(ss_config_t *config, const ss_node_t *node, void *target)
{
    (void) target;
    ss_read_origin(config, node, &config->engine->auth);
}

static void
read_base_account(ss_config_t *config, const ss_node_t *node, void *target)
{
    (void) target;
    ss_read_account(config, node, &config->engine->base);
}

static void
read_service(ss_config_t *config, const ss_node_t *node, void *target)
{
    static const ss_key_t keys[] = {
        { "api_url", read_api_url },
        { "auth_url", read_auth_url },
        { "account", read_base_account },
        { "gateways", read_gateways },
    };

    ss_config_keys(config, node, keys, COUNT(keys), target);
}

static void
read_limits(ss_config_t *config, const ss_node_t *node, void *target)
{
    static const ss_key_t keys[] = { { "body", ss_read_size } };

    (void) target;
    ss_config_keys(config, node, keys, COUNT(keys), &config->engine->max_body);
}

static void
read_base_rules(ss_config_t *config, const ss_node_t *node, void *target)
{
    (void) target;
    ss_config_rules(config, node, &config->engine->base);
}

static void
read_base_mode(ss_config_t *config, const ss_node_t *node, void *target)
{
    (void) target;
    ss_read_mode(config, node, &config->engine->base.mode);
}

/* --- credentials -------------------------------------------------------- */

static void
read_credential_name(ss_config_t *config, const ss_node_t *node, void *target)
{
    ss_read_text(config, node, &((ss_credential_t *) target)->name);
}

static void
read_credential(ss_config_t *config, const ss_node_t *node,
                ss_credential_t *credential)
{
    static const ss_key_t keys[] = {
        { "name", read_credential_name },
        { "client_id", ss_read_client_id },
        { "client_secret_sha256", ss_read_digest },
    };

    ss_config_keys(config, node, keys, COUNT(keys), credential);

    if (node->type == SS_NODE_MAP && ss_yaml_get(node, "client_id") == NULL) {
        COMPLAIN(config, node, SS_STR("a credential needs a client_id"));
    }

    if (credential->name.len == 0) {
        credential->name = SS_STR("unnamed");
    }
}

static void
read_credentials(ss_config_t *config, const ss_node_t *node, void *target)
{
    ss_engine_t *engine = config->engine;

    (void) target;

    if (!ss_config_is(config, node, SS_NODE_LIST)) {
        return;
    }

    engine->credentials =
        ss_config_array(config, node->count, sizeof(*engine->credentials));
    for (size_t i = 0; engine->credentials != NULL && i < node->count; i++) {
        read_credential(config, node->items[i], &engine->credentials[i]);
        engine->credential_count++;
    }
}

/* --- teams -------------------------------------------------------------- */

#define READ_MATCH(member, reader)                                             \
    static void read_match_##member(ss_config_t *config,                       \
                                    const ss_node_t *node, void *target)       \
    {                                                                          \
        reader(config, node, &((ss_match_t *) target)->member);                \
    }
READ_MATCH(header, ss_read_text)
READ_MATCH(value, ss_read_text)
READ_MATCH(client_id, ss_read_text)
READ_MATCH(user_agent, ss_read_text)
READ_MATCH(address, ss_read_address)

static void
read_match(ss_config_t *config, const ss_node_t *node, void *target)
{
    static const ss_key_t keys[] = {
        { "header", read_match_header },
        { "value", read_match_value },
        { "client_id", read_match_client_id },
        { "user_agent", read_match_user_agent },
        { "address", read_match_address },
    };
    ss_match_t *match = &((ss_team_t *) target)->match;

    ss_config_keys(config, node, keys, COUNT(keys), match);
    match->any = node->type == SS_NODE_MAP && node->count > 0;

    if ((ss_yaml_get(node, "header") == NULL)
        != (ss_yaml_get(node, "value") == NULL)) {
        COMPLAIN(config, node, SS_STR("header and value go together"));
    }
}

static void
read_team_name(ss_config_t *config, const ss_node_t *node, void *target)
{
    ss_read_text(config, node, &((ss_team_t *) target)->name);
}

static void
read_team_mode(ss_config_t *config, const ss_node_t *node, void *target)
{
    ss_team_t *team = target;

    ss_read_mode(config, node, &team->profile.mode);
    team->mode_said = true;
}

static void
read_team_account(ss_config_t *config, const ss_node_t *node, void *target)
{
    ss_read_account(config, node, &((ss_team_t *) target)->profile);
}

static void
read_team_rules(ss_config_t *config, const ss_node_t *node, void *target)
{
    ss_config_rules(config, node, &((ss_team_t *) target)->profile);
}

static void
read_team(ss_config_t *config, const ss_node_t *node, ss_team_t *team)
{
    static const ss_key_t keys[] = {
        { "name", read_team_name },   { "match", read_match },
        { "mode", read_team_mode },   { "account", read_team_account },
        { "rules", read_team_rules },
    };

    team->profile = config->engine->base;
    ss_config_keys(config, node, keys, COUNT(keys), team);
    ss_profile_seal(&team->profile);

    if (node->type == SS_NODE_MAP && ss_yaml_get(node, "name") == NULL) {
        COMPLAIN(config, node, SS_STR("a team needs a name"));
    }
}

static void
note_team(ss_config_t *config, const ss_node_t *node, ss_team_t *team,
          ss_table_t *names)
{
    if (team->name.len == 0) {
        return;
    }

    if (ss_table_find(names, team->name) != NULL) {
        COMPLAIN(config, node, SS_STR("two teams have this name; rename one"));
    } else {
        config->nomem |=
            ss_table_add(names, team->name, team, config->mem) != SS_OK;
    }
}

static void
read_teams(ss_config_t *config, const ss_node_t *node, void *target)
{
    ss_engine_t *engine = config->engine;
    ss_table_t names = { 0 };

    (void) target;

    if (!ss_config_is(config, node, SS_NODE_LIST)) {
        return;
    }

    engine->teams =
        ss_config_array(config, node->count, sizeof(*engine->teams));
    for (size_t i = 0; engine->teams != NULL && i < node->count; i++) {
        read_team(config, node->items[i], &engine->teams[i]);
        note_team(config, node->items[i], &engine->teams[i], &names);
        engine->team_count++;
    }
}

/* --- the file ----------------------------------------------------------- */

void
ss_config_read(ss_config_t *config, const ss_node_t *root)
{
    /* teams begin with what the file says for all, so they come last */
    static const ss_key_t keys[] = {
        { "version", read_version },  { "mode", read_base_mode },
        { "service", read_service },  { "limits", read_limits },
        { "rules", read_base_rules }, { "credentials", read_credentials },
        { "teams", read_teams },
    };

    ss_config_keys(config, root, keys, COUNT(keys), NULL);

    if (root->type == SS_NODE_MAP && ss_yaml_get(root, "version") == NULL) {
        COMPLAIN(config, root, SS_STR("the file must say \"version: 1\""));
    }

    ss_profile_seal(&config->engine->base);
}

/* What may be shown of a line with an error. */
static const ss_diag_key_t shown[] = {
    { "version", SS_SHOW_NUMBER },
    { "mode", SS_SHOW_WORD },
    { "service", SS_SHOW_NONE },
    { "limits", SS_SHOW_NONE },
    { "rules", SS_SHOW_NONE },
    { "credentials", SS_SHOW_NONE },
    { "teams", SS_SHOW_NONE },
    { "<<", SS_SHOW_NONE },
    { "action", SS_SHOW_WORD },
    { "body", SS_SHOW_NUMBER },
    { "api_url", SS_SHOW_NONE },
    { "auth_url", SS_SHOW_NONE },
    { "account", SS_SHOW_NONE },
    { "gateways", SS_SHOW_NONE },
    { "name", SS_SHOW_NONE },
    { "client_id", SS_SHOW_NONE },
    { "client_secret_sha256", SS_SHOW_NONE },
    { "match", SS_SHOW_NONE },
    { "header", SS_SHOW_NONE },
    { "value", SS_SHOW_NONE },
    { "user_agent", SS_SHOW_NONE },
    { "address", SS_SHOW_NONE },
};
static const ss_diag_keys_t shown_keys = { shown, COUNT(shown), 7 };

static int
read_config(ss_engine_t *engine, ss_str_t yaml, const ss_mem_t *mem,
            ss_diags_t *diags)
{
    ss_config_t config = { engine, diags, mem, false };
    ss_yaml_errors_t errors;
    ss_node_t *root;
    int rc = ss_yaml_parse(yaml, mem, &root, &errors);

    if (rc == SS_ERR_NOMEM) {
        return rc;
    }

    ss_config_judge(diags, root);
    for (unsigned i = 0; i < errors.count; i++) {
        SS_DIAG(diags, errors.items[i].line, errors.items[i].column,
                ss_cstr(errors.items[i].message));
    }

    if (root != NULL) {
        ss_config_read(&config, root);
    } else if (rc == SS_OK) {
        SS_DIAG(diags, 1, 1,
                SS_STR("the file is empty; it must say "
                       "\"version: 1\""));
    }

    return config.nomem ? SS_ERR_NOMEM : SS_OK;
}

int
ss_engine_create(ss_engine_t **engine, ss_str_t yaml, const char *name,
                 const ss_mem_t *mem, ss_str_t *errors)
{
    ss_diags_t diags;
    ss_engine_t *built = ss_alloc(mem, 1, sizeof(*built));

    *engine = NULL;
    *errors = SS_STR("");

    if (built == NULL) {
        return SS_ERR_NOMEM;
    }

    if (yaml.len > SS_CONFIG_MAX) {
        return ss_diag_file(name, SS_TOO_LARGE, mem, errors);
    }

    ss_engine_defaults(built);
    ss_diags_init(&diags, name, yaml, &shown_keys, mem);

    if (read_config(built, yaml, mem, &diags) != SS_OK
        || ss_diags_done(&diags, errors) != SS_OK) {
        *errors = SS_STR("");
        return SS_ERR_NOMEM;
    }

    if (errors->len > 0) {
        return SS_ERR_CONFIG;
    }

    *engine = built;

    return SS_OK;
}
