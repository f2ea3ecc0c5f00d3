/*
 * ss_yaml.h: a YAML text as a tree that knows where everything stands.
 *
 * ss_yaml.c is the only file that includes yaml.h.
 */

#ifndef SS_YAML_H
#define SS_YAML_H

#include "scopestack.h"

/* Deeper files, and files with more nodes once aliases are expanded, are
   refused: neither is needed by anything but an attack. */
#define SS_YAML_MAX_DEPTH 32
#define SS_YAML_MAX_NODES 100000

typedef enum { SS_NODE_SCALAR, SS_NODE_LIST, SS_NODE_MAP } ss_node_type_t;

typedef struct ss_node ss_node_t;

struct ss_node {
    ss_node_type_t type;
    unsigned line;      /* from 1 */
    unsigned column;    /* from 1, in characters */
    unsigned plain : 1; /* a scalar without quotes */
    unsigned open : 1;  /* while it is read */
    unsigned height;    /* levels of collections in it, its own too */
    size_t size;        /* nodes in it, its own too, aliases expanded */
    ss_str_t text;      /* of a scalar */
    size_t count;       /* of items, or of pairs of a map */
    ss_node_t **items;  /* of a list */
    ss_node_t **keys;   /* of a map; scalars, no two with the same text */
    ss_node_t **values;
};

typedef struct {
    unsigned line;
    unsigned column;
    const char *message; /* static */
} ss_yaml_error_t;

/* More are not kept. */
#define SS_YAML_ERRORS_MAX 20

typedef struct {
    ss_yaml_error_t items[SS_YAML_ERRORS_MAX];
    unsigned count;
} ss_yaml_errors_t;

/*
 * Parses one YAML document. Aliases are followed and merge keys (<<) applied:
 * the tree has neither, but a node may stand in it several times. Takes time in
 * proportion to the text and to what aliases expand to, which is bounded.
 *
 * The tree lives in mem; its strings are copies. *root is NULL for an empty
 * document.
 *
 * Returns SS_OK; SS_ERR_CONFIG with *errors set: not YAML, two documents, a key
 * twice in a map, a key that is no scalar, too deep, too many nodes;
 * SS_ERR_NOMEM. When the errors leave a tree (a key that stands twice does:
 * the first one counts), *root is set also with SS_ERR_CONFIG.
 */
int ss_yaml_parse(ss_str_t text, const ss_mem_t *mem, ss_node_t **root,
                  ss_yaml_errors_t *errors);

/* Returns the value of a map's key, or NULL; also NULL when node is no map. */
const ss_node_t *ss_yaml_get(const ss_node_t *node, const char *key);

#endif
