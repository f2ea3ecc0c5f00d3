#include "ss_yaml.h"

#include <yaml.h>

#include "ss_str.h"

#define PAIRS_MAX 1000 /* no map of a rules file has as many */

typedef struct {
    yaml_document_t *document;
    const ss_mem_t *mem;
    ss_yaml_errors_t *errors;
    size_t nodes;
} reader_t;

static ss_node_t *read_node(reader_t *reader, int index, unsigned depth);

static int
fail(ss_yaml_errors_t *errors, yaml_mark_t mark, const char *message)
{
    if (errors->count < SS_YAML_ERRORS_MAX) {
        errors->items[errors->count++] = (ss_yaml_error_t){
            .line = (unsigned) mark.line + 1,
            .column = (unsigned) mark.column + 1,
            .message = message,
        };
    }

    return SS_ERR_CONFIG;
}

static int
too_deep(ss_yaml_errors_t *errors, yaml_mark_t mark)
{
    return fail(errors, mark, "nested too deep (32 levels at most)");
}

static bool
has_key(const ss_node_t *map, ss_str_t key)
{
    for (size_t i = 0; i < map->count; i++) {
        if (ss_eq(map->keys[i]->text, key)) {
            return true;
        }
    }

    return false;
}

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

static bool
is_merge(const ss_node_t *key)
{
    return key->plain && ss_eq(key->text, SS_STR("<<"));
}

/* Makes room for more pairs of a map. */
static bool
grow(reader_t *reader, ss_node_t *map, size_t more)
{
    size_t size = map->count + more;
    ss_node_t **keys = ss_alloc(reader->mem, size, sizeof(*keys));
    ss_node_t **values = ss_alloc(reader->mem, size, sizeof(*values));

    if (keys == NULL || values == NULL) {
        return false;
    }

    if (map->count > 0) {
        memcpy(keys, map->keys, map->count * sizeof(*keys));
        memcpy(values, map->values, map->count * sizeof(*values));
    }
    map->keys = keys;
    map->values = values;

    return true;
}

static bool
too_many(reader_t *reader, yaml_mark_t mark)
{
    fail(reader->errors, mark, "a map of more than 1000 pairs");

    return false;
}

/* Adds the pairs of a merged map that the map itself does not have. */
static bool
merge_map(reader_t *reader, ss_node_t *map, const ss_node_t *from,
          yaml_mark_t mark)
{
    if (from->type != SS_NODE_MAP) {
        fail(reader->errors, mark, "\"<<\" merges a map or a list of maps");
        return false;
    }

    /* each is compared with all there are */
    if (map->count + from->count > PAIRS_MAX) {
        return too_many(reader, mark);
    }

    if (from->count > 0 && !grow(reader, map, from->count)) {
        return false;
    }

    for (size_t i = 0; i < from->count; i++) {
        if (!has_key(map, from->keys[i]->text)) {
            map->keys[map->count] = from->keys[i];
            map->values[map->count] = from->values[i];
            map->count++;
        }
    }

    return true;
}

static bool
merge(reader_t *reader, ss_node_t *map, const ss_node_t *from, yaml_mark_t mark)
{
    if (from->type != SS_NODE_LIST) {
        return merge_map(reader, map, from, mark);
    }

    for (size_t i = 0; i < from->count; i++) {
        if (!merge_map(reader, map, from->items[i], mark)) {
            return false;
        }
    }

    return true;
}

static yaml_mark_t
mark_of(const reader_t *reader, int index)
{
    return yaml_document_get_node(reader->document, index)->start_mark;
}

static bool
read_pair(reader_t *reader, ss_node_t *map, const yaml_node_pair_t *pair,
          unsigned depth, ss_node_t **merged)
{
    ss_node_t *key = read_node(reader, pair->key, depth);
    ss_node_t *value;

    if (key == NULL) {
        return false;
    }

    if (key->type != SS_NODE_SCALAR) {
        fail(reader->errors, mark_of(reader, pair->key),
             "a key must be a word");
        return false;
    }

    value = read_node(reader, pair->value, depth);
    if (value == NULL) {
        return false;
    }

    /* merged pairs come last: the map's own win over them */
    if (is_merge(key)) {
        if (*merged != NULL) {
            fail(reader->errors, mark_of(reader, pair->key),
                 "the key is there twice; merge a list of maps");
        }
        *merged = value;
        return true;
    }

    if (has_key(map, key->text)) {
        fail(reader->errors, mark_of(reader, pair->key),
             "the key is there twice; take one out");
        return true;
    }

    map->keys[map->count] = key;
    map->values[map->count] = value;
    map->count++;

    return true;
}

static bool
read_map(reader_t *reader, ss_node_t *map, const yaml_node_t *from,
         unsigned depth)
{
    const yaml_node_pair_t *pair = from->data.mapping.pairs.start;
    const yaml_node_pair_t *end = from->data.mapping.pairs.top;
    ss_node_t *merged = NULL;

    if (end - pair > PAIRS_MAX) {
        return too_many(reader, from->start_mark);
    }

    if (!grow(reader, map, (size_t) (end - pair))) {
        return false;
    }

    for (; pair < end; pair++) {
        if (!read_pair(reader, map, pair, depth, &merged)) {
            return false;
        }
    }

    return merged == NULL || merge(reader, map, merged, from->start_mark);
}

static bool
read_list(reader_t *reader, ss_node_t *list, const yaml_node_t *from,
          unsigned depth)
{
    const yaml_node_item_t *item = from->data.sequence.items.start;
    const yaml_node_item_t *end = from->data.sequence.items.top;

    list->items =
        ss_alloc(reader->mem, (size_t) (end - item), sizeof(*list->items));
    if (list->items == NULL) {
        return false;
    }

    for (; item < end; item++) {
        ss_node_t *node = read_node(reader, *item, depth);

        if (node == NULL) {
            return false;
        }
        list->items[list->count++] = node;
    }

    return true;
}

static bool
read_scalar(reader_t *reader, ss_node_t *node, const yaml_node_t *from)
{
    node->plain = from->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    node->text = ss_dup(
        reader->mem, ss_str(from->data.scalar.value, from->data.scalar.length));

    return node->text.data != NULL;
}

/* Tags of YAML's own say what a value is anyhow; others ask for something that
   is not done here: "!ENV X" would stay as it is. */
static void
check_tag(reader_t *reader, const yaml_node_t *from)
{
    ss_str_t tag = ss_cstr(from->tag != NULL ? (const char *) from->tag : "");

    if (tag.len > 1
        && (!ss_starts(tag, SS_STR("tag:yaml.org,2002:"))
            || ss_eq(tag, SS_STR("tag:yaml.org,2002:binary")))) {
        fail(reader->errors, from->start_mark,
             "tags are not replaced here: write the value itself");
    }
}

/* Copies a node with all below it, aliases expanded. NULL with no error set
   means that there is no memory. */
static ss_node_t *
read_node(reader_t *reader, int index, unsigned depth)
{
    const yaml_node_t *from = yaml_document_get_node(reader->document, index);
    ss_node_t *node;
    bool ok;

    /* aliases nest deeper than the text does */
    if (depth > SS_YAML_MAX_DEPTH) {
        too_deep(reader->errors, from->start_mark);
        return NULL;
    }

    if (++reader->nodes > SS_YAML_MAX_NODES) {
        fail(reader->errors, from->start_mark,
             "too much once aliases are expanded (100000 nodes at most)");
        return NULL;
    }

    node = ss_alloc(reader->mem, 1, sizeof(*node));
    if (node == NULL) {
        return NULL;
    }

    check_tag(reader, from);
    node->line = (unsigned) from->start_mark.line + 1;
    node->column = (unsigned) from->start_mark.column + 1;

    switch (from->type) {
    case YAML_MAPPING_NODE:
        node->type = SS_NODE_MAP;
        ok = read_map(reader, node, from, depth + 1);
        break;
    case YAML_SEQUENCE_NODE:
        node->type = SS_NODE_LIST;
        ok = read_list(reader, node, from, depth + 1);
        break;
    default:
        node->type = SS_NODE_SCALAR;
        ok = read_scalar(reader, node, from);
        break;
    }

    return ok ? node : NULL;
}

/* The parser's own complaint, with a place also where it gives none. */
static int
parser_error(const yaml_parser_t *parser, ss_str_t text,
             ss_yaml_errors_t *errors)
{
    yaml_mark_t mark = parser->problem_mark;

    if (parser->error == YAML_MEMORY_ERROR) {
        return SS_ERR_NOMEM;
    }

    if (parser->error == YAML_READER_ERROR) {
        /* a byte that is no character has an offset only */
        mark = (yaml_mark_t){ .line = 0 };
        for (size_t i = 0; i < parser->problem_offset && i < text.len; i++) {
            mark.column = text.data[i] == '\n' ? 0 : mark.column + 1;
            mark.line += text.data[i] == '\n';
        }
    }

    return fail(errors, mark,
                parser->problem != NULL ? parser->problem : "not YAML");
}

/* Bounds the nesting before a document is made of it: libyaml's time for that
   grows with the square of the depth. What else is wrong is the loader's to
   say. */
static int
check_depth(ss_str_t text, ss_yaml_errors_t *errors)
{
    yaml_parser_t parser;
    yaml_event_t event;
    unsigned depth = 0;
    bool more = true;
    int rc = SS_OK;

    if (!yaml_parser_initialize(&parser)) {
        return SS_ERR_NOMEM;
    }

    yaml_parser_set_input_string(&parser, text.data, text.len);

    while (more && yaml_parser_parse(&parser, &event)) {
        if (event.type == YAML_SEQUENCE_START_EVENT
            || event.type == YAML_MAPPING_START_EVENT) {
            depth++;
        } else if (event.type == YAML_SEQUENCE_END_EVENT
                   || event.type == YAML_MAPPING_END_EVENT) {
            depth--;
        }

        if (depth > SS_YAML_MAX_DEPTH) {
            rc = too_deep(errors, event.start_mark);
        }
        more = rc == SS_OK && event.type != YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
    }

    yaml_parser_delete(&parser);

    return rc;
}

static int
read_document(yaml_document_t *document, const ss_mem_t *mem, ss_node_t **root,
              ss_yaml_errors_t *errors)
{
    reader_t reader = { document, mem, errors, 0 };

    if (yaml_document_get_root_node(document) == NULL) {
        return SS_OK;
    }

    *root = read_node(&reader, 1, 0);
    if (*root == NULL && errors->count == 0) {
        return SS_ERR_NOMEM;
    }

    return errors->count > 0 ? SS_ERR_CONFIG : SS_OK;
}

/* Nothing may come behind the first document. */
static int
read_end(yaml_parser_t *parser, ss_str_t text, ss_yaml_errors_t *errors)
{
    yaml_document_t document;
    yaml_node_t *root;
    int rc = SS_OK;

    if (!yaml_parser_load(parser, &document)) {
        return parser_error(parser, text, errors);
    }

    root = yaml_document_get_root_node(&document);
    if (root != NULL) {
        rc = fail(errors, root->start_mark,
                  "a second document; one file is one document");
    }
    yaml_document_delete(&document);

    return rc;
}

int
ss_yaml_parse(ss_str_t text, const ss_mem_t *mem, ss_node_t **root,
              ss_yaml_errors_t *errors)
{
    yaml_parser_t parser;
    yaml_document_t document;
    int rc;

    *root = NULL;
    errors->count = 0;

    rc = check_depth(text, errors);
    if (rc != SS_OK) {
        return rc;
    }

    if (!yaml_parser_initialize(&parser)) {
        return SS_ERR_NOMEM;
    }

    yaml_parser_set_input_string(&parser, text.data, text.len);

    if (!yaml_parser_load(&parser, &document)) {
        rc = parser_error(&parser, text, errors);
        yaml_parser_delete(&parser);
        return rc;
    }

    rc = read_document(&document, mem, root, errors);
    yaml_document_delete(&document);

    if (rc == SS_OK && *root != NULL) {
        rc = read_end(&parser, text, errors);
    }
    yaml_parser_delete(&parser);

    return rc;
}
