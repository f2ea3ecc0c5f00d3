/*
 * ss_config.h: reading a rules file's tree, key by key.
 *
 * A reader takes the value of a key, complains about what is wrong with it, and
 * otherwise writes it to target.
 */

#ifndef SS_CONFIG_H
#define SS_CONFIG_H

#include "config/ss_diag.h"
#include "check/ss_engine.h"
#include "config/ss_yaml.h"

typedef struct {
    ss_engine_t *engine;
    ss_diags_t *diags;
    const ss_mem_t *mem;
    bool nomem;
} ss_config_t;

typedef void ss_read_t(ss_config_t *config, const ss_node_t *node,
                       void *target);

/* A key of a map, and its reader. */
typedef struct {
    const char *name;
    ss_read_t *read;
} ss_key_t;

#define SS_KEYS_MAX 16
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Notes in diags whether the text is a file with such keys: its tree when it
   has one, else NULL. */
void ss_config_judge(ss_diags_t *diags, const ss_node_t *root);

/* Records an error at a node; the parts of its sentence follow. */
#define COMPLAIN(config, node, ...)                                            \
    SS_DIAG((config)->diags, (node)->line, (node)->column, __VA_ARGS__)

/* Tells whether a node has the wanted shape, and complains when not. */
bool ss_config_is(ss_config_t *config, const ss_node_t *node,
                  ss_node_type_t type);

/* Complains about a word that is none of words, and asks for the nearest. value
   is what stands behind it when it is a key; else NULL. */
void ss_config_unknown(ss_config_t *config, const ss_node_t *node,
                       const ss_node_t *value, const char *what,
                       const char *const *words, size_t count);

/* Complains about the keys of a map that are none of words. */
void ss_config_known(ss_config_t *config, const ss_node_t *map,
                     const char *const *words, size_t count);

/* The same about a key that is no rule's id. */
void ss_config_unknown_rule(ss_config_t *config, const ss_node_t *key);

/* Reads a map's keys in the order of the table, whatever the file's is. */
void ss_config_keys(ss_config_t *config, const ss_node_t *node,
                    const ss_key_t *keys, size_t count, void *target);

/* Reads the value of a rules key into a profile. */
void ss_config_rules(ss_config_t *config, const ss_node_t *node,
                     ss_profile_t *profile);

/* Reads the value of a rule's parameter. */
void ss_read_parameter(ss_config_t *config, const ss_node_t *node,
                       const ss_parameter_t *parameter, unsigned *value);

/* Reads the tree of a whole rules file into config->engine, which has the
   defaults. */
void ss_config_read(ss_config_t *config, const ss_node_t *root);

/* Allocates for count elements; NULL, and config->nomem set, when there is no
   memory. */
void *ss_config_array(ss_config_t *config, size_t count, size_t size);

/* Readers of single values; target is what the comment says. */
ss_read_t ss_read_string;    /* ss_str_t */
ss_read_t ss_read_text;      /* ss_str_t, no placeholder */
ss_read_t ss_read_mode;      /* ss_mode_t */
ss_read_t ss_read_origin;    /* ss_origin_t */
ss_read_t ss_read_account;   /* ss_profile_t */
ss_read_t ss_read_size;      /* size_t */
ss_read_t ss_read_action;    /* ss_action_t */
ss_read_t ss_read_address;   /* ss_cidr_t */
ss_read_t ss_read_client_id; /* ss_credential_t */
ss_read_t ss_read_digest;    /* ss_credential_t */

#endif
