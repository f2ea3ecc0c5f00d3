#include "mime.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

typedef struct part {
    struct part *next;
    const curl_mime *mime;
    const curl_mimepart *part;
    char *name;
    char *data;
    size_t size;
    part_kind_t kind;
} part_t;

/* in the order in which they were added */
static part_t *parts;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static part_t *
find(const curl_mimepart *part)
{
    part_t *p = parts;

    while (p != NULL && p->part != part) {
        p = p->next;
    }

    return p;
}

void
mime_note_part(curl_mime *mime, curl_mimepart *part)
{
    part_t *p = calloc(1, sizeof(*p)), **end = &parts;

    if (p == NULL) {
        return;
    }

    *p = (part_t){ .mime = mime, .part = part };

    pthread_mutex_lock(&lock);
    while (*end != NULL) {
        end = &(*end)->next;
    }
    *end = p;
    pthread_mutex_unlock(&lock);
}

void
mime_note_name(curl_mimepart *part, const char *name)
{
    part_t *p;

    pthread_mutex_lock(&lock);
    p = find(part);
    if (p != NULL) {
        free(p->name);
        p->name = name != NULL ? strdup(name) : NULL;
    }
    pthread_mutex_unlock(&lock);
}

void
mime_note_data(curl_mimepart *part, const char *data, size_t size)
{
    part_t *p;

    pthread_mutex_lock(&lock);
    p = find(part);
    if (p != NULL) {
        free(p->data);
        p->data = NULL;
        p->size = data == NULL                   ? 0
                  : size == CURL_ZERO_TERMINATED ? strlen(data)
                                                 : size;
        p->kind = PART_DATA;
        if (p->size > 0) {
            p->data = malloc(p->size);
            p->kind = p->data == NULL ? PART_FILE : PART_DATA;
        }
        if (p->data != NULL) {
            memcpy(p->data, data, p->size);
        }
    }
    pthread_mutex_unlock(&lock);
}

void
mime_note_opaque(curl_mimepart *part)
{
    part_t *p;

    pthread_mutex_lock(&lock);
    p = find(part);
    if (p != NULL) {
        p->kind = PART_FILE;
    }
    pthread_mutex_unlock(&lock);
}

void
mime_forget(curl_mime *mime)
{
    part_t **link = &parts;

    pthread_mutex_lock(&lock);
    while (*link != NULL) {
        part_t *p = *link;

        if (p->mime != mime) {
            link = &p->next;
            continue;
        }

        *link = p->next;
        free(p->name);
        free(p->data);
        free(p);
    }
    pthread_mutex_unlock(&lock);
}

/* --- rendering ---------------------------------------------------------- */

typedef struct {
    uint8_t *data; /* NULL: only measure */
    size_t len;
} sink_t;

static void
add(sink_t *sink, const void *data, size_t len)
{
    if (sink->data != NULL && len > 0) {
        memcpy(sink->data + sink->len, data, len);
    }
    sink->len += len;
}

static void
adds(sink_t *sink, const char *text)
{
    add(sink, text, strlen(text));
}

static void
add_part(sink_t *sink, const part_t *part)
{
    adds(sink, "--" MIME_BOUNDARY "\r\n"
               "Content-Disposition: form-data; name=\"");
    adds(sink, part->name != NULL ? part->name : "");
    adds(sink, part->kind == PART_FILE ? "\"; filename=\"file\"\r\n\r\n"
                                       : "\"\r\n\r\n");
    add(sink, part->data, part->kind == PART_FILE ? 0 : part->size);
    adds(sink, "\r\n");
}

static void
add_all(sink_t *sink, const curl_mime *mime)
{
    for (const part_t *p = parts; p != NULL; p = p->next) {
        if (p->mime == mime) {
            add_part(sink, p);
        }
    }
    adds(sink, "--" MIME_BOUNDARY "--\r\n");
}

int
mime_render(const curl_mime *mime, const ss_mem_t *mem, ss_str_t *body)
{
    sink_t sink = { NULL, 0 };
    int rc = SS_OK;

    pthread_mutex_lock(&lock);

    add_all(&sink, mime);
    sink.data = mem->alloc(mem->ctx, sink.len);
    if (sink.data == NULL) {
        rc = SS_ERR_NOMEM;
    } else {
        sink.len = 0;
        add_all(&sink, mime);
        *body = (ss_str_t){ sink.data, sink.len };
    }

    pthread_mutex_unlock(&lock);

    return rc;
}
