#include "tools/lint/lint_json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* as many levels as jansson takes */
#define DEPTH_MAX 2048

/* --- the index ---------------------------------------------------------- */

typedef struct {
    json_doc_t *doc;
    size_t pos;
    unsigned depth;
    uint32_t open[DEPTH_MAX + 1]; /* the containers around */
    uint32_t last[DEPTH_MAX + 1]; /* their last child; 0: none yet */
    uint32_t children[DEPTH_MAX + 1];
} scan_t;

static uint32_t
new_spot(json_doc_t *doc)
{
    json_spot_t *spots;
    size_t size = doc->size == 0 ? 256 : doc->size * 2;

    if (doc->count == doc->size) {
        spots = realloc(doc->spots, size * sizeof(*spots));
        if (spots == NULL) {
            return UINT32_MAX;
        }
        doc->spots = spots;
        doc->size = size;
    }

    return (uint32_t) doc->count++;
}

/* The position behind a string that begins at pos. */
static size_t
string_end(ss_str_t text, size_t pos)
{
    for (pos++; pos < text.len && text.data[pos] != '"'; pos++) {
        pos += text.data[pos] == '\\';
    }

    return pos + 1;
}

static size_t
skip_any(ss_str_t text, size_t pos, const char *bytes)
{
    while (pos < text.len && text.data[pos] != '\0'
           && strchr(bytes, text.data[pos]) != NULL) {
        pos++;
    }

    return pos;
}

/* Notes the value at pos as the open container's next child. */
static bool
add_spot(scan_t *scan, uint32_t key)
{
    json_doc_t *doc = scan->doc;
    uint32_t at = new_spot(doc), *last = &scan->last[scan->depth];

    if (at == UINT32_MAX) {
        return false;
    }

    if (*last != 0) {
        doc->spots[*last].next = at;
    }
    *last = at;

    doc->spots[at] =
        (json_spot_t){ (uint32_t) scan->pos, 0, scan->open[scan->depth], key };

    return true;
}

static uint32_t
read_key(scan_t *scan)
{
    ss_str_t text = scan->doc->text;
    uint32_t container = scan->open[scan->depth];
    uint32_t key = (uint32_t) scan->pos;

    if (scan->depth == 0
        || text.data[scan->doc->spots[container].offset] == '[') {
        return JSON_ITEM | scan->children[scan->depth]++;
    }

    scan->pos = skip_any(text, string_end(text, scan->pos), " \t\r\n:");

    return key;
}

static void
skip_value(scan_t *scan)
{
    ss_str_t text = scan->doc->text;
    uint8_t c = text.data[scan->pos];

    if (c == '{' || c == '[') {
        scan->depth++;
        scan->open[scan->depth] = (uint32_t) scan->doc->count - 1;
        scan->last[scan->depth] = scan->children[scan->depth] = 0;
        scan->pos++;
    } else if (c == '"') {
        scan->pos = string_end(text, scan->pos);
    } else {
        scan->pos = skip_any(text, scan->pos + 1,
                             "+-.0123456789abcdefghijklmnopqrstuvwxyzE");
    }
}

static bool
index_text(json_doc_t *doc)
{
    scan_t *scan = calloc(1, sizeof(*scan));
    ss_str_t text = doc->text;
    bool good = scan != NULL;

    if (!good) {
        return false;
    }
    scan->doc = doc;

    while (good) {
        scan->pos = skip_any(text, scan->pos, " \t\r\n,");
        if (scan->pos >= text.len) {
            break;
        }

        if (text.data[scan->pos] == '}' || text.data[scan->pos] == ']') {
            scan->depth--;
            scan->pos++;
            continue;
        }

        good = scan->depth < DEPTH_MAX && add_spot(scan, read_key(scan));
        if (good) {
            skip_value(scan);
        }
    }
    free(scan);

    return good;
}

int
json_doc_read(json_doc_t *doc, ss_str_t text, json_error_t *error)
{
    *doc = (json_doc_t){ .text = text };

    doc->json =
        json_loadb((const char *) text.data, text.len, JSON_ALLOW_NUL, error);
    if (doc->json == NULL) {
        return json_error_code(error) == json_error_out_of_memory ? -2 : -1;
    }

    if (!index_text(doc)) {
        json_doc_free(doc);
        return -2;
    }

    return 0;
}

void
json_doc_free(json_doc_t *doc)
{
    json_decref(doc->json);
    free(doc->spots);
    *doc = (json_doc_t){ .json = NULL };
}

/* --- walking ------------------------------------------------------------ */

node_t
json_root(const json_doc_t *doc)
{
    return (node_t){ doc->json, 0 };
}

/* The first child's spot; 0: there is none. */
static uint32_t
first_child(const json_doc_t *doc, uint32_t at)
{
    return at + 1 < doc->count && doc->spots[at + 1].parent == at ? at + 1 : 0;
}

/* Names that this looks for have nothing in them that is ever escaped; one
   that was all the same is placed where its object is. */
static bool
key_is(const json_doc_t *doc, uint32_t at, const char *key, size_t len)
{
    ss_str_t rest = str_skip(doc->text, doc->spots[at].key + 1u);

    return rest.len > len && memcmp(rest.data, key, len) == 0
           && rest.data[len] == '"';
}

node_t
json_member(const json_doc_t *doc, node_t object, const char *key)
{
    node_t found = { json_object_get(object.json, key), object.at };
    size_t len = strlen(key);
    uint32_t at;

    if (found.json == NULL) {
        return found;
    }

    for (at = first_child(doc, object.at); at != 0; at = doc->spots[at].next) {
        if (key_is(doc, at, key, len)) {
            found.at = at;
        }
    }

    return found;
}

json_each_t
json_each(node_t array)
{
    return (json_each_t){ json_is_array(array.json) ? array.json : NULL, 0,
                          array.at };
}

bool
json_next(const json_doc_t *doc, json_each_t *each, node_t *item)
{
    item->json = json_array_get(each->array, each->i);
    if (item->json == NULL) {
        return false;
    }

    each->at =
        each->i == 0 ? first_child(doc, each->at) : doc->spots[each->at].next;
    each->i++;
    item->at = each->at;

    return true;
}

ss_str_t
json_text(node_t node)
{
    return json_is_string(node.json)
               ? (ss_str_t){ (const uint8_t *) json_string_value(node.json),
                             json_string_length(node.json) }
               : SS_STR("");
}

ss_str_t
json_member_text(const json_doc_t *doc, node_t object, const char *key)
{
    (void) doc;

    return json_text((node_t){ json_object_get(object.json, key), 0 });
}

bool
json_member_is_true(node_t object, const char *key)
{
    return json_is_true(json_object_get(object.json, key));
}

uint32_t
json_offset(const json_doc_t *doc, node_t node)
{
    return doc->spots[node.at].offset;
}

static ss_str_t
pointer_step(const json_doc_t *doc, uint32_t at, const ss_mem_t *mem)
{
    uint32_t key = doc->spots[at].key;
    ss_str_t rest = str_skip(doc->text, key + 1u);
    char digits[16];

    if (!(key & JSON_ITEM)) {
        return str_cut(rest, str_find(rest, "\""));
    }

    snprintf(digits, sizeof(digits), "%u", (unsigned) (key & ~JSON_ITEM));

    return str_copy(str_of(digits), mem);
}

ss_str_t
json_pointer(const json_doc_t *doc, uint32_t at, const ss_mem_t *mem)
{
    ss_str_t pointer = SS_STR("");

    for (; at != 0; at = doc->spots[at].parent) {
        pointer = join3(mem, SS_STR("/"), pointer_step(doc, at, mem), pointer);
    }

    return pointer;
}
