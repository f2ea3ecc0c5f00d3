/*
 * lint_postman_node.c: what is read of a node of a collection, and what Postman
 * puts into any request.
 */

#include "tools/lint/lint_postman.h"

place_t
postman_place(const postman_t *postman, node_t node)
{
    return (place_t){ json_offset(postman->doc, node), node.at };
}

ss_str_t
postman_text(postman_t *postman, ss_str_t text)
{
    return vars_resolve(&postman->scope->vars, text, &postman->lint->budget,
                        &postman->lint->tmp);
}

ss_str_t
postman_member(postman_t *postman, node_t object, const char *key)
{
    return postman_text(postman, json_member_text(postman->doc, object, key));
}

ss_str_t
postman_known(postman_t *postman, node_t object, const char *key)
{
    return vars_replace(postman_member(postman, object, key), UNKNOWN,
                        &postman->lint->tmp);
}

void
postman_default_header(postman_t *postman, const char *name, const char *value)
{
    if (call_find_header(&postman->call, name) == NULL) {
        call_header(postman->lint, &postman->call, str_of(name), str_of(value));
    }
}
