/*
 * ss_case_config.c: the rules that apply to a case: a rules file, with what the
 * case says put over it.
 */

#include "cases/ss_case.h"
#include "json/ss_json.h"

/* --- one tree over another ---------------------------------------------- */

static ss_node_t *
find(const ss_node_t *map, const ss_node_t *key)
{
    for (size_t i = 0; i < map->count; i++) {
        if (ss_eq(map->keys[i]->text, key->text)) {
            return map->values[i];
        }
    }

    return NULL;
}

static ss_node_t *
new_map(ss_config_t *config, const ss_node_t *like, size_t size)
{
    ss_node_t *map = ss_config_array(config, 1, sizeof(*map));

    if (map != NULL) {
        *map = *like;
        map->count = 0;
        map->keys = ss_config_array(config, size, sizeof(*map->keys));
        map->values = ss_config_array(config, size, sizeof(*map->values));
    }

    return config->nomem ? NULL : map;
}

static void
put(ss_node_t *map, ss_node_t *key, ss_node_t *value)
{
    map->keys[map->count] = key;
    map->values[map->count++] = value;
}

/* Maps are joined, key by key; anything else stands for what was there. NULL,
   and config->nomem set, when there is no memory. */
static ss_node_t *
lay(ss_config_t *config, const ss_node_t *below, const ss_node_t *above)
{
    ss_node_t *map = new_map(config, above, below->count + above->count);

    for (size_t i = 0; map != NULL && i < below->count; i++) {
        ss_node_t *value = below->values[i];
        ss_node_t *over = find(above, below->keys[i]);

        if (over != NULL && over->type == SS_NODE_MAP
            && value->type == SS_NODE_MAP) {
            over = lay(config, value, over);
        }
        put(map, below->keys[i], over != NULL ? over : value);
    }

    for (size_t i = 0; map != NULL && i < above->count; i++) {
        if (find(below, above->keys[i]) == NULL) {
            put(map, above->keys[i], above->values[i]);
        }
    }

    return map;
}

/* --- a tree as text ----------------------------------------------------- */

/* Writes JSON, which is YAML. */
static void
write_node(ss_buf_t *buf, const ss_node_t *node)
{
    bool map = node->type == SS_NODE_MAP;

    if (node->type == SS_NODE_SCALAR) {
        ss_json_quote(buf, node->text);
        return;
    }

    ss_buf_addc(buf, map ? '{' : '[');
    for (size_t i = 0; i < node->count; i++) {
        ss_buf_adds(buf, i > 0 ? ", " : "");
        if (map) {
            ss_json_quote(buf, node->keys[i]->text);
            ss_buf_adds(buf, ": ");
        }
        write_node(buf, map ? node->values[i] : node->items[i]);
    }
    ss_buf_addc(buf, map ? '}' : ']');
}

static void
write_text(ss_config_t *config, ss_case_rules_t *rules)
{
    ss_buf_t buf;

    ss_buf_init(&buf, config->mem);
    write_node(&buf, rules->root);
    ss_buf_addc(&buf, '\n');
    config->nomem |= ss_buf_done(&buf, &rules->text) != SS_OK;
}

/* --- the rules ---------------------------------------------------------- */

int
ss_case_rules(ss_case_rules_t *rules, ss_str_t text, const ss_mem_t *mem)
{
    ss_yaml_errors_t errors;
    ss_str_t complaints;
    ss_engine_t *engine;
    ss_node_t *root;
    int rc;

    rules->text = text.len > 0 ? text : SS_STR("version: 1\n");

    rc = ss_engine_create(&engine, rules->text, "rules", mem, &complaints);
    if (rc != SS_OK) {
        return rc;
    }

    rc = ss_yaml_parse(rules->text, mem, &root, &errors);
    rules->engine = engine;
    rules->root = root;

    return rc;
}

/* A `config` that is a text: its errors stand where the text begins. */
static const ss_node_t *
parse(ss_config_t *config, const ss_node_t *node)
{
    ss_yaml_errors_t errors;
    ss_node_t *root;
    int rc = ss_yaml_parse(node->text, config->mem, &root, &errors);

    config->nomem |= rc == SS_ERR_NOMEM;
    for (unsigned i = 0; i < errors.count; i++) {
        SS_DIAG(config->diags, errors.items[i].line, errors.items[i].column,
                ss_cstr(errors.items[i].message));
    }

    if (rc == SS_OK && root == NULL) {
        COMPLAIN(config, node, SS_STR("it is empty"));
    }

    return rc == SS_OK ? root : NULL;
}

static void
make(ss_config_t *config, const ss_node_t *root, const ss_case_rules_t *rules,
     ss_case_rules_t *made)
{
    unsigned errors = config->diags->count + config->diags->more;
    ss_engine_t *engine = ss_config_array(config, 1, sizeof(*engine));
    ss_config_t inner = { engine, config->diags, config->mem, false };
    bool whole = ss_yaml_get(root, "version") != NULL;

    if (root->type != SS_NODE_MAP) {
        ss_config_is(config, root, SS_NODE_MAP);
        return;
    }

    if (!whole) {
        root = lay(config, rules->root, root);
    }
    if (config->nomem) {
        return;
    }

    ss_engine_defaults(engine);
    ss_config_read(&inner, root);
    config->nomem |= inner.nomem;
    if (config->diags->count + config->diags->more > errors) {
        return;
    }

    made->engine = engine;
    made->root = root;
    write_text(config, made);
}

void
ss_case_config(ss_config_t *config, const ss_node_t *node,
               const ss_case_rules_t *rules, ss_case_rules_t *made)
{
    ss_diags_t *diags = config->diags;
    const ss_node_t *root = node;

    *made = *rules;

    if (node->type == SS_NODE_SCALAR) {
        diags->inside = "config";
        diags->inside_line = node->line;
        diags->inside_column = node->column;
        root = parse(config, node);
    }

    if (root != NULL) {
        make(config, root, rules, made);
    }
    diags->inside = NULL;
}
