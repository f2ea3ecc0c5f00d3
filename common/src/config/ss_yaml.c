/*
 * ss_yaml.c: libyaml's events into a tree. libyaml's own documents look for
 * each anchor among all before it, which takes seconds for a file full of them.
 */

#include "config/ss_yaml.h"

#include <yaml.h>

#include "text/ss_table.h"

#define PAIRS_MAX 1000    /* no map of a rules file has as many */
#define DIRECTIVES_MAX 16 /* libyaml compares each with all before it */

/* A collection that is being read. */
typedef struct {
    ss_node_t *node;
    ss_node_t *key;    /* of the pair at hand; NULL: it comes next */
    ss_node_t *merged; /* the value of "<<" */
    ss_table_t keys;   /* of a map */
    size_t room;       /* for items or pairs */
    yaml_mark_t mark;
} frame_t;

typedef struct {
    yaml_parser_t parser;
    const ss_mem_t *mem;
    ss_yaml_errors_t *errors;
    ss_table_t anchors;
    size_t nodes; /* aliases expanded */
    frame_t open[SS_YAML_MAX_DEPTH];
    unsigned depth;
    ss_node_t *root;
    bool nomem;
} reader_t;

/* --- errors --------------------------------------------------------------- */

/* Notes an error with which reading goes on. */
static void
complain(reader_t *reader, yaml_mark_t mark, const char *message)
{
    ss_yaml_errors_t *errors = reader->errors;

    if (errors->count < SS_YAML_ERRORS_MAX) {
        errors->items[errors->count++] = (ss_yaml_error_t){
            .line = (unsigned) mark.line + 1,
            .column = (unsigned) mark.column + 1,
            .message = message,
        };
    }
}

/* An error that ends the reading stands alone. Returns false. */
static bool
fail(reader_t *reader, yaml_mark_t mark, const char *message)
{
    reader->errors->count = 0;
    complain(reader, mark, message);

    return false;
}

static bool
out_of_memory(reader_t *reader)
{
    reader->nomem = true;

    return false;
}

/* The parser's own complaint, with a place also where it gives none. */
static bool
parser_error(reader_t *reader, ss_str_t text)
{
    const yaml_parser_t *parser = &reader->parser;
    yaml_mark_t mark = parser->problem_mark;

    if (parser->error == YAML_MEMORY_ERROR) {
        return out_of_memory(reader);
    }

    if (parser->error == YAML_READER_ERROR) {
        /* a byte that is no character has an offset only */
        mark = (yaml_mark_t){ .line = 0 };
        for (size_t i = 0; i < parser->problem_offset && i < text.len; i++) {
            mark.column = text.data[i] == '\n' ? 0 : mark.column + 1;
            mark.line += text.data[i] == '\n';
        }
    }

    return fail(reader, mark,
                parser->problem != NULL ? parser->problem : "not YAML");
}

/* --- maps ----------------------------------------------------------------- */

/* Makes room for one more in a list of nodes. */
static bool
grow(reader_t *reader, ss_node_t ***list, size_t count, size_t room)
{
    ss_node_t **more = ss_alloc(reader->mem, room, sizeof(*more));

    if (more == NULL) {
        return out_of_memory(reader);
    }

    if (count > 0) {
        memcpy(more, *list, count * sizeof(*more));
    }
    *list = more;

    return true;
}

static bool
make_room(reader_t *reader, frame_t *frame)
{
    ss_node_t *node = frame->node;

    if (node->count < frame->room) {
        return true;
    }
    frame->room = frame->room > 0 ? frame->room * 2 : 4;

    return node->type == SS_NODE_LIST
               ? grow(reader, &node->items, node->count, frame->room)
               : grow(reader, &node->keys, node->count, frame->room)
                     && grow(reader, &node->values, node->count, frame->room);
}

/* Of a few pairs a look is enough. */
#define FEW 8

static bool
has_key(const frame_t *frame, ss_str_t key)
{
    const ss_node_t *map = frame->node;

    if (frame->keys.count > 0) {
        return ss_table_find(&frame->keys, key) != NULL;
    }

    for (size_t i = 0; i < map->count; i++) {
        if (ss_eq(map->keys[i]->text, key)) {
            return true;
        }
    }

    return false;
}

/* Notes the keys from a number on. */
static bool
note_keys(reader_t *reader, frame_t *frame, size_t from)
{
    const ss_node_t *map = frame->node;

    for (size_t i = from; i < map->count; i++) {
        if (ss_table_add(&frame->keys, map->keys[i]->text, map->keys[i],
                         reader->mem)
            != SS_OK) {
            return out_of_memory(reader);
        }
    }

    return true;
}

static bool
put_pair(reader_t *reader, frame_t *frame, ss_node_t *key, ss_node_t *value)
{
    ss_node_t *map = frame->node;

    if (map->count == PAIRS_MAX) {
        return fail(reader, frame->mark, "a map of more than 1000 pairs");
    }
    if (!make_room(reader, frame)) {
        return false;
    }
    map->keys[map->count] = key;
    map->values[map->count] = value;
    map->count++;

    return map->count < FEW
           || note_keys(reader, frame, map->count == FEW ? 0 : map->count - 1);
}

/* Adds the pairs of a merged map that the map itself does not have. */
static bool
merge_map(reader_t *reader, frame_t *frame, const ss_node_t *from)
{
    if (from->type != SS_NODE_MAP) {
        return fail(reader, frame->mark,
                    "\"<<\" merges a map or a list of maps");
    }

    for (size_t i = 0; i < from->count; i++) {
        if (!has_key(frame, from->keys[i]->text)
            && !put_pair(reader, frame, from->keys[i], from->values[i])) {
            return false;
        }
    }

    return true;
}

static bool
merge(reader_t *reader, frame_t *frame)
{
    const ss_node_t *from = frame->merged;

    if (from->type != SS_NODE_LIST) {
        return merge_map(reader, frame, from);
    }

    for (size_t i = 0; i < from->count; i++) {
        if (!merge_map(reader, frame, from->items[i])) {
            return false;
        }
    }

    return true;
}

/* --- nodes ---------------------------------------------------------------- */

static bool
add_to_map(reader_t *reader, frame_t *frame, ss_node_t *node, yaml_mark_t mark)
{
    ss_node_t *key = frame->key;

    if (key == NULL) {
        if (node->type != SS_NODE_SCALAR) {
            return fail(reader, mark, "a key must be a word");
        }
        frame->key = node;
        return true;
    }
    frame->key = NULL;

    /* merged pairs come last: the map's own win over them */
    if (key->plain && ss_eq(key->text, SS_STR("<<"))) {
        if (frame->merged != NULL) {
            complain(reader, (yaml_mark_t){ 0, key->line - 1, key->column - 1 },
                     "the key is there twice; merge a list of maps");
        }
        frame->merged = node;
        return true;
    }

    if (has_key(frame, key->text)) {
        complain(reader, (yaml_mark_t){ 0, key->line - 1, key->column - 1 },
                 "the key is there twice; take one out");
        return true;
    }

    return put_pair(reader, frame, key, node);
}

/* Puts a node where it belongs, in the collection that is open. */
static bool
add_node(reader_t *reader, ss_node_t *node, yaml_mark_t mark)
{
    frame_t *frame;

    if (reader->depth == 0) {
        reader->root = node;
        return true;
    }

    frame = &reader->open[reader->depth - 1];
    if (frame->node->type == SS_NODE_MAP) {
        return add_to_map(reader, frame, node, mark);
    }

    if (!make_room(reader, frame)) {
        return false;
    }
    frame->node->items[frame->node->count++] = node;

    return true;
}

/* Counts nodes, those that an alias stands for too; their depth as well. */
static bool
count_nodes(reader_t *reader, size_t nodes, unsigned height, yaml_mark_t mark)
{
    if (reader->depth + height > SS_YAML_MAX_DEPTH) {
        return fail(reader, mark, "nested too deep (32 levels at most)");
    }

    reader->nodes += nodes;
    for (unsigned i = 0; i < reader->depth; i++) {
        ss_node_t *around = reader->open[i].node;
        unsigned above = reader->depth - i + height;

        around->size += nodes;
        around->height = above > around->height ? above : around->height;
    }

    return reader->nodes <= SS_YAML_MAX_NODES
           || fail(reader, mark,
                   "too much once aliases are expanded (100000 nodes at most)");
}

/* Tags of YAML's own say what a value is anyhow; others ask for something that
   is not done here: "!ENV X" would stay as it is. */
static void
check_tag(reader_t *reader, const yaml_char_t *name, yaml_mark_t mark)
{
    ss_str_t tag = ss_cstr(name != NULL ? (const char *) name : "");

    if (tag.len > 1
        && (!ss_starts(tag, SS_STR("tag:yaml.org,2002:"))
            || ss_eq(tag, SS_STR("tag:yaml.org,2002:binary")))) {
        complain(reader, mark,
                 "tags are not replaced here: write the value itself");
    }
}

static bool
note_anchor(reader_t *reader, ss_node_t *node, const yaml_char_t *name,
            yaml_mark_t mark)
{
    ss_str_t anchor;

    if (name == NULL) {
        return true;
    }

    anchor = ss_dup(reader->mem, ss_cstr((const char *) name));
    if (anchor.data == NULL) {
        return out_of_memory(reader);
    }
    if (ss_table_find(&reader->anchors, anchor) != NULL) {
        return fail(reader, mark, "found duplicate anchor");
    }

    return ss_table_add(&reader->anchors, anchor, node, reader->mem) == SS_OK
           || out_of_memory(reader);
}

static ss_node_t *
new_node(reader_t *reader, ss_node_type_t type, yaml_mark_t mark)
{
    ss_node_t *node = ss_alloc(reader->mem, 1, sizeof(*node));

    if (node == NULL) {
        out_of_memory(reader);
        return NULL;
    }
    node->type = type;
    node->line = (unsigned) mark.line + 1;
    node->column = (unsigned) mark.column + 1;
    node->size = 1;
    node->height = type != SS_NODE_SCALAR;

    return node;
}

/* --- events --------------------------------------------------------------- */

static bool
read_scalar(reader_t *reader, const yaml_event_t *event)
{
    ss_node_t *node = new_node(reader, SS_NODE_SCALAR, event->start_mark);

    if (node == NULL) {
        return false;
    }
    check_tag(reader, event->data.scalar.tag, event->start_mark);
    node->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    node->text = ss_dup(reader->mem, ss_str(event->data.scalar.value,
                                            event->data.scalar.length));

    return node->text.data != NULL
               ? count_nodes(reader, 1, 0, event->start_mark)
                     && note_anchor(reader, node, event->data.scalar.anchor,
                                    event->start_mark)
                     && add_node(reader, node, event->start_mark)
               : out_of_memory(reader);
}

static bool
read_start(reader_t *reader, const yaml_event_t *event, ss_node_type_t type,
           const yaml_char_t *tag, const yaml_char_t *anchor)
{
    ss_node_t *node = new_node(reader, type, event->start_mark);

    if (node == NULL) {
        return false;
    }
    check_tag(reader, tag, event->start_mark);
    if (!count_nodes(reader, 1, 1, event->start_mark)
        || !note_anchor(reader, node, anchor, event->start_mark)
        || !add_node(reader, node, event->start_mark)) {
        return false;
    }
    node->open = 1;
    reader->open[reader->depth++] =
        (frame_t){ .node = node, .mark = event->start_mark };

    return true;
}

static bool
read_end(reader_t *reader)
{
    frame_t *frame = &reader->open[--reader->depth];

    frame->node->open = 0;

    return frame->merged == NULL || merge(reader, frame);
}

/* The node itself stands in both places: nothing writes to it. */
static bool
read_alias(reader_t *reader, const yaml_event_t *event)
{
    ss_node_t *node = ss_table_find(
        &reader->anchors, ss_cstr((const char *) event->data.alias.anchor));

    if (node == NULL) {
        return fail(reader, event->start_mark, "found undefined alias");
    }
    if (node->open) {
        return fail(reader, event->start_mark,
                    "nested too deep: an alias of what it stands in");
    }

    return count_nodes(reader, node->size, node->height, event->start_mark)
           && add_node(reader, node, event->start_mark);
}

static bool
read_event(reader_t *reader, const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        return read_scalar(reader, event);
    case YAML_SEQUENCE_START_EVENT:
        return read_start(reader, event, SS_NODE_LIST,
                          event->data.sequence_start.tag,
                          event->data.sequence_start.anchor);
    case YAML_MAPPING_START_EVENT:
        return read_start(reader, event, SS_NODE_MAP,
                          event->data.mapping_start.tag,
                          event->data.mapping_start.anchor);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        return read_end(reader);
    case YAML_ALIAS_EVENT:
        return read_alias(reader, event);
    default:
        return true;
    }
}

/* Reads to the end; nothing may come behind the first document. */
static bool
read_stream(reader_t *reader, ss_str_t text)
{
    yaml_event_type_t type = YAML_NO_EVENT;
    unsigned documents = 0;

    while (type != YAML_STREAM_END_EVENT) {
        yaml_event_t event;
        bool good;

        if (!yaml_parser_parse(&reader->parser, &event)) {
            return parser_error(reader, text);
        }

        type = event.type;
        if (documents == 2) {
            good = fail(reader, event.start_mark,
                        "a second document; one file is one document");
        } else {
            documents += type == YAML_DOCUMENT_START_EVENT;
            good = read_event(reader, &event);
        }
        yaml_event_delete(&event);
        if (!good) {
            return false;
        }
    }

    return true;
}

/* Whether a text has no more directives than any needs. They begin a line, in
   UTF-16 too. */
static bool
has_few_directives(ss_str_t text)
{
    unsigned count = 0;
    uint8_t last = '\n';

    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.data[i];

        count += c == '%' && (last == '\n' || last == '\r');
        last = c != '\0' ? c : last;
    }

    return count <= DIRECTIVES_MAX;
}

int
ss_yaml_parse(ss_str_t text, const ss_mem_t *mem, ss_node_t **root,
              ss_yaml_errors_t *errors)
{
    reader_t reader = { .mem = mem, .errors = errors };
    bool good;

    *root = NULL;
    errors->count = 0;

    if (!has_few_directives(text)) {
        fail(&reader, (yaml_mark_t){ 0, 0, 0 },
             "more than 16 lines that begin with \"%\"");
        return SS_ERR_CONFIG;
    }

    if (!yaml_parser_initialize(&reader.parser)) {
        return SS_ERR_NOMEM;
    }
    yaml_parser_set_input_string(&reader.parser, text.data, text.len);
    good = read_stream(&reader, text);
    yaml_parser_delete(&reader.parser);

    if (reader.nomem) {
        return SS_ERR_NOMEM;
    }
    *root = good ? reader.root : NULL;

    return errors->count > 0 ? SS_ERR_CONFIG : SS_OK;
}
