/*
 * lint_place.c: from a byte of the file to its line and column.
 */

#include <stdlib.h>

#include "tools/lint/lint.h"

/* Files of one long line are usual: counting begins at the nearest mark. */
#define MARK_EVERY 4096

struct place_mark {
    uint32_t line;
    uint32_t column;
};

static void
step(struct place_mark *mark, uint8_t c)
{
    if (c == '\n') {
        mark->line++;
        mark->column = 1;
    } else if ((c & 0xc0) != 0x80) {
        mark->column++; /* but not for the rest of a character */
    }
}

int
places_make(places_t *places, ss_str_t text)
{
    struct place_mark mark = { 1, 1 };

    places->text = text;
    places->count = text.len / MARK_EVERY + 1;
    places->marks = calloc(places->count, sizeof(*places->marks));
    if (places->marks == NULL) {
        return -1;
    }

    for (size_t i = 0; i < text.len; i++) {
        if (i % MARK_EVERY == 0) {
            places->marks[i / MARK_EVERY] = mark;
        }
        step(&mark, text.data[i]);
    }

    if (text.len % MARK_EVERY == 0) {
        places->marks[places->count - 1] = mark;
    }

    return 0;
}

void
places_free(places_t *places)
{
    free(places->marks);
    places->marks = NULL;
}

void
places_find(const places_t *places, size_t offset, size_t *line, size_t *column)
{
    size_t i;
    struct place_mark mark;

    offset = offset < places->text.len ? offset : places->text.len;
    i = offset / MARK_EVERY;
    mark = places->marks[i];

    for (size_t at = i * MARK_EVERY; at < offset; at++) {
        step(&mark, places->text.data[at]);
    }

    *line = mark.line;
    *column = mark.column;
}
