#include "interposer/handle/mime.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "interposer/libcurl/lock.h"
#include "interposer/handle/table.h"

typedef enum { PART_DATA, PART_FILE } part_kind_t;

/* Header lines of a part: the program's own, and those that two calls make. */
enum { OWN, TYPE, CODING, LINES };

typedef struct part {
    node_t node; /* by the curl_mimepart */
    struct part *next;
    char *name;
    char *data;
    size_t size;        /* also where there is no data, for being too large */
    char *path;         /* of the file that holds the data, or NULL */
    char *lines[LINES]; /* each with its line end, or NULL */
    part_kind_t kind;
    bool has_filename; /* makes a file of plain data */
} part_t;

typedef struct {
    node_t node; /* by the curl_mime */
    part_t *first;
    part_t **end;
    bool lost; /* a part is missing here, for want of memory */
} form_t;

static table_t forms;
static table_t parts;

static void
free_form(form_t *form)
{
    part_t *next;

    if (form == NULL) {
        return;
    }

    for (part_t *p = form->first; p != NULL; p = next) {
        next = p->next;
        /* unless a newer part has its address by now */
        if (table_find(&parts, p->node.key) == &p->node) {
            table_take(&parts, p->node.key);
        }
        free(p->name);
        free(p->data);
        free(p->path);
        for (size_t i = 0; i < LINES; i++) {
            free(p->lines[i]);
        }
        free(p);
    }
    free(form);
}

bool
mime_note_form(curl_mime *mime)
{
    form_t *form = calloc(1, sizeof(*form));
    bool added;

    if (form == NULL) {
        return false;
    }

    *form = (form_t){ .node.key = mime, .end = &form->first };

    lock_take(LOCK_FORMS);
    free_form((form_t *) table_take(&forms, mime));
    added = table_add(&forms, &form->node);
    lock_release(LOCK_FORMS);

    if (!added) {
        free(form);
    }

    return added;
}

static bool
add_part_to(form_t *form, const curl_mimepart *part)
{
    part_t *p = calloc(1, sizeof(*p));

    if (p == NULL) {
        return false;
    }

    *p = (part_t){ .node.key = part };
    /* one that was freed unseen is left to its form */
    table_take(&parts, part);
    if (!table_add(&parts, &p->node)) {
        free(p);
        return false;
    }

    *form->end = p;
    form->end = &p->next;

    return true;
}

void
mime_note_part(curl_mime *mime, curl_mimepart *part)
{
    form_t *form;

    lock_take(LOCK_FORMS);
    form = (form_t *) table_find(&forms, mime);
    if (form != NULL && !add_part_to(form, part)) {
        form->lost = true;
    }
    lock_release(LOCK_FORMS);
}

static void
set_name(part_t *p, const char *name)
{
    free(p->name);
    p->name = name != NULL ? strdup(name) : NULL;
}

void
mime_note_name(curl_mimepart *part, const char *name)
{
    part_t *p;

    lock_take(LOCK_FORMS);
    p = (part_t *) table_find(&parts, part);
    if (p != NULL) {
        set_name(p, name);
    }
    lock_release(LOCK_FORMS);
}

static void
set_path(part_t *p, const char *path)
{
    free(p->path);
    p->path = path != NULL ? strdup(path) : NULL;
}

static void
set_data(part_t *p, const char *data, size_t size, size_t max)
{
    set_path(p, NULL);
    free(p->data);
    p->data = NULL;
    p->size = data == NULL                   ? 0
              : size == CURL_ZERO_TERMINATED ? strlen(data)
                                             : size;
    p->kind = PART_DATA;

    /* with one that is larger, no form is rendered */
    if (p->size > 0 && p->size <= max) {
        p->data = malloc(p->size);
        p->kind = p->data == NULL ? PART_FILE : PART_DATA;
    }
    if (p->data != NULL) {
        memcpy(p->data, data, p->size);
    }
}

void
mime_note_data(curl_mimepart *part, const char *data, size_t size, size_t max)
{
    part_t *p;

    lock_take(LOCK_FORMS);
    p = (part_t *) table_find(&parts, part);
    if (p != NULL) {
        set_data(p, data, size, max);
    }
    lock_release(LOCK_FORMS);
}

void
mime_note_filename(curl_mimepart *part, bool has_one)
{
    part_t *p;

    lock_take(LOCK_FORMS);
    p = (part_t *) table_find(&parts, part);
    if (p != NULL) {
        p->has_filename = has_one;
    }
    lock_release(LOCK_FORMS);
}

/* A part whose lines cannot be noted counts as a file. */
static void
set_lines(curl_mimepart *part, size_t which, char *lines, bool lost)
{
    part_t *p;

    lock_take(LOCK_FORMS);
    p = (part_t *) table_find(&parts, part);
    if (p != NULL) {
        free(p->lines[which]);
        p->lines[which] = lines;
        lines = NULL;
        p->kind = lost ? PART_FILE : p->kind;
    }
    lock_release(LOCK_FORMS);
    free(lines);
}

static void
note_line(curl_mimepart *part, size_t which, const char *name,
          const char *value)
{
    size_t size = value != NULL ? strlen(name) + strlen(value) + 3 : 0;
    char *line = size > 0 ? malloc(size) : NULL;

    if (line != NULL) {
        snprintf(line, size, "%s%s\r\n", name, value);
    }
    set_lines(part, which, line, value != NULL && line == NULL);
}

void
mime_note_type(curl_mimepart *part, const char *type)
{
    note_line(part, TYPE, "Content-Type: ", type);
}

void
mime_note_encoder(curl_mimepart *part, const char *encoder)
{
    note_line(part, CODING, "Content-Transfer-Encoding: ", encoder);
}

void
mime_note_headers(curl_mimepart *part, const struct curl_slist *headers)
{
    size_t size = 1;
    char *lines, *end;

    for (const struct curl_slist *l = headers; l != NULL; l = l->next) {
        size += strlen(l->data) + 2;
    }

    lines = malloc(size);
    end = lines;
    for (const struct curl_slist *l = headers; l && lines; l = l->next) {
        end += sprintf(end, "%s\r\n", l->data);
    }
    if (lines != NULL) {
        *end = '\0';
    }
    set_lines(part, OWN, lines, lines == NULL);
}

void
mime_note_opaque(curl_mimepart *part)
{
    mime_note_file(part, NULL);
}

void
mime_note_file(curl_mimepart *part, const char *path)
{
    part_t *p;

    lock_take(LOCK_FORMS);
    p = (part_t *) table_find(&parts, part);
    if (p != NULL) {
        set_path(p, path);
        p->kind = PART_FILE;
    }
    lock_release(LOCK_FORMS);
}

void
mime_forget(curl_mime *mime)
{
    lock_take(LOCK_FORMS);
    free_form((form_t *) table_take(&forms, mime));
    lock_release(LOCK_FORMS);
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
add_lines(sink_t *sink, const part_t *part, size_t which)
{
    if (part->lines[which] != NULL) {
        adds(sink, part->lines[which]);
    }
}

/* As libcurl and browsers write it, since 7.81. */
static void
add_name(sink_t *sink, const char *name)
{
    adds(sink, "; name=\"");
    for (; *name != '\0'; name++) {
        switch (*name) {
        case '"':
            adds(sink, "%22");
            break;
        case '\r':
            adds(sink, "%0D");
            break;
        case '\n':
            adds(sink, "%0A");
            break;
        default:
            add(sink, name, 1);
        }
    }
    adds(sink, "\"");
}

/* The program's own lines come first: where a header is there twice, they are
   those that count, and libcurl does not send the others. */
static void
add_part(sink_t *sink, const part_t *part)
{
    bool is_file = part->kind == PART_FILE || part->has_filename;

    adds(sink, "--" MIME_BOUNDARY "\r\n");
    add_lines(sink, part, OWN);
    adds(sink, "Content-Disposition: form-data");
    if (part->name != NULL) {
        add_name(sink, part->name);
    }
    adds(sink, is_file ? "; filename=\"file\"\r\n" : "\r\n");
    add_lines(sink, part, TYPE);
    add_lines(sink, part, CODING);
    adds(sink, "\r\n");
    add(sink, part->data, is_file ? 0 : part->size);
    adds(sink, "\r\n");
}

static void
add_all(sink_t *sink, const form_t *form)
{
    for (const part_t *p = form->first; p != NULL; p = p->next) {
        add_part(sink, p);
    }
    adds(sink, "--" MIME_BOUNDARY "--\r\n");
}

/* Reads a regular file of no more than max bytes. */
static char *
read_file(const char *path, size_t max, size_t *size)
{
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    struct stat st;
    char *data = NULL;

    if (fd < 0) {
        return NULL;
    }

    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size >= 0
        && (size_t) st.st_size <= max) {
        *size = (size_t) st.st_size;
        data = malloc(*size + 1);
        if (data != NULL && read(fd, data, *size + 1) != st.st_size) {
            free(data);
            data = NULL;
        }
    }
    close(fd);

    return data;
}

/* "name=<file" of curl is a text like any other: its file is read again when
   the form is sent as it is. */
static void
read_texts(const form_t *form, size_t max)
{
    for (part_t *p = form->first; p != NULL; p = p->next) {
        if (p->path == NULL || p->has_filename) {
            continue;
        }

        free(p->data);
        p->data = read_file(p->path, max, &p->size);
        p->kind = p->data != NULL ? PART_DATA : PART_FILE;
    }
}

static int
render(const form_t *form, size_t max, const ss_mem_t *mem, ss_str_t *body)
{
    sink_t sink = { NULL, 0 };

    read_texts(form, max);

    add_all(&sink, form);
    if (sink.len > max) {
        return MIME_TOO_LARGE;
    }
    sink.data = mem->alloc(mem->ctx, sink.len);
    if (sink.data == NULL) {
        return SS_ERR_NOMEM;
    }

    sink.len = 0;
    add_all(&sink, form);
    *body = (ss_str_t){ sink.data, sink.len };

    return SS_OK;
}

int
mime_render(const curl_mime *mime, size_t max, const ss_mem_t *mem,
            ss_str_t *body)
{
    const form_t *form;
    int rc = SS_ERR_NOMEM;

    lock_take(LOCK_FORMS);
    form = (const form_t *) table_find(&forms, mime);
    if (form != NULL && !form->lost) {
        rc = render(form, max, mem, body);
    }
    lock_release(LOCK_FORMS);

    return rc;
}
