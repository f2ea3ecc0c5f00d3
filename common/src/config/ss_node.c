/*
 * ss_node.c: what is asked of a tree that was read.
 */

#include "text/ss_str.h"
#include "config/ss_yaml.h"

const ss_node_t *
ss_yaml_get(const ss_node_t *node, const char *key)
{
    if (node == NULL || node->type != SS_NODE_MAP) {
        return NULL;
    }

    for (size_t i = 0; i < node->count; i++) {
        if (ss_eq(node->keys[i]->text, ss_cstr(key))) {
            return node->values[i];
        }
    }

    return NULL;
}
