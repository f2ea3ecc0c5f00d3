#include "interposer/handle/weak.h"

#include <stdlib.h>

#include "interposer/libcurl/lock.h"
#include "interposer/handle/table.h"

typedef struct {
    node_t node;
    unsigned long number;
    unsigned long uses;
} object_t;

static table_t objects;
static unsigned long last;

static object_t *
meet(const void *key)
{
    object_t *object = calloc(1, sizeof(*object));

    if (object == NULL) {
        return NULL;
    }

    *object = (object_t){ .node.key = key, .number = ++last };
    if (!table_add(&objects, &object->node)) {
        free(object);
        return NULL;
    }

    return object;
}

weak_t
weak_to(void *key)
{
    weak_t weak = { NULL, 0 };
    object_t *object;

    if (key == NULL) {
        return weak;
    }

    lock_take(LOCK_OBJECTS);
    object = (object_t *) table_find(&objects, key);
    if (object == NULL) {
        object = meet(key);
    }
    if (object != NULL) {
        weak = (weak_t){ key, object->number };
    }
    lock_release(LOCK_OBJECTS);

    return weak;
}

void *
weak_get(weak_t weak)
{
    const object_t *object;
    void *found = NULL;

    if (weak.number == 0) {
        return NULL;
    }

    lock_take(LOCK_OBJECTS);
    object = (const object_t *) table_find(&objects, weak.object);
    if (object != NULL && object->number == weak.number) {
        found = weak.object;
    }
    lock_release(LOCK_OBJECTS);

    return found;
}

void
weak_use(const void *key)
{
    object_t *object;

    lock_take(LOCK_OBJECTS);
    object = (object_t *) table_find(&objects, key);
    if (object != NULL) {
        object->uses++;
    }
    lock_release(LOCK_OBJECTS);
}

unsigned long
weak_uses(weak_t weak)
{
    const object_t *object;
    unsigned long uses = 0;

    lock_take(LOCK_OBJECTS);
    object = (const object_t *) table_find(&objects, weak.object);
    if (object != NULL && object->number == weak.number) {
        uses = object->uses;
    }
    lock_release(LOCK_OBJECTS);

    return uses;
}

void
weak_end(const void *key)
{
    node_t *node;

    lock_take(LOCK_OBJECTS);
    node = table_take(&objects, key);
    lock_release(LOCK_OBJECTS);

    free(node);
}
