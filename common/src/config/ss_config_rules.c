/*
 * ss_config_rules.c: rules of a rules file, their actions and parameters.
 */

#include "config/ss_config.h"

static size_t
rule_index(ss_str_t id)
{
    for (size_t i = 0; i < SS_RULE_COUNT; i++) {
        if (ss_eq(id, ss_cstr(ss_rules[i]->info.id))) {
            return i;
        }
    }

    return SS_RULE_COUNT;
}

void
ss_config_unknown_rule(ss_config_t *config, const ss_node_t *key)
{
    const char *ids[SS_RULE_COUNT];

    for (size_t i = 0; i < SS_RULE_COUNT; i++) {
        ids[i] = ss_rules[i]->info.id;
    }

    ss_config_unknown(config, key, NULL, "rule", ids, SS_RULE_COUNT);
}

static void
read_action(ss_config_t *config, const ss_node_t *node,
            const ss_rule_info_t *info, ss_action_t *action)
{
    ss_read_action(config, node, action);

    if (*action == SS_ACTION_REPAIR && info->repair == SS_REPAIR_NONE) {
        COMPLAIN(config, node, SS_STR("rule \""), ss_cstr(info->id),
                 SS_STR("\" has no repair; use off, report or reject"));
    }
}

/* What the long form leaves out stays as it was: the default, or for a team
   what the file says for all. */
static void
read_long_form(ss_config_t *config, const ss_node_t *node, size_t index,
               ss_profile_t *profile)
{
    const ss_rule_info_t *info = &ss_rules[index]->info;
    const char *names[1 + SS_PARAMETERS_MAX] = { "action" };
    const ss_node_t *value = ss_yaml_get(node, "action");
    size_t count = 0;

    while (count < SS_PARAMETERS_MAX && info->parameters[count].name != NULL) {
        names[1 + count] = info->parameters[count].name;
        count++;
    }

    ss_config_known(config, node, names, 1 + count);

    if (value != NULL) {
        read_action(config, value, info, &profile->action[index]);
    }

    for (size_t i = 0; i < count; i++) {
        value = ss_yaml_get(node, names[1 + i]);
        if (value != NULL) {
            ss_read_parameter(config, value, &info->parameters[i],
                              &profile->parameter[index][i]);
        }
    }
}

void
ss_config_rules(ss_config_t *config, const ss_node_t *node,
                ss_profile_t *profile)
{
    if (!ss_config_is(config, node, SS_NODE_MAP)) {
        return;
    }

    for (size_t i = 0; i < node->count; i++) {
        const ss_node_t *value = node->values[i];
        size_t index = rule_index(node->keys[i]->text);

        if (index == SS_RULE_COUNT) {
            ss_config_unknown_rule(config, node->keys[i]);
        } else if (value->type == SS_NODE_MAP) {
            read_long_form(config, value, index, profile);
        } else {
            read_action(config, value, &ss_rules[index]->info,
                        &profile->action[index]);
        }
    }
}
