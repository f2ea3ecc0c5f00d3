#include "config/ss_diag.h"

#include "secrets/ss_secret.h"

#define PART_MAX 320

void
ss_diags_init(ss_diags_t *diags, const char *name, ss_str_t text,
              const ss_diag_keys_t *keys, const ss_mem_t *mem)
{
    *diags =
        (ss_diags_t){ .name = name, .text = text, .keys = keys, .mem = mem };
}

static ss_str_t
line_at(ss_str_t text, unsigned number)
{
    ss_str_t line = SS_STR("");
    bool more = true;

    while (number > 0 && ss_split(&text, &more, '\n', &line)) {
        number--;
    }

    return number == 0 ? line : SS_STR("");
}

/* Words of the file may be anything; keep the terminal whole. */
static void
add_clean(ss_buf_t *out, ss_str_t part)
{
    ss_str_t text;

    if (ss_printable(part, out->mem, &text) != SS_OK) {
        out->failed = true;
        return;
    }

    if (text.len > PART_MAX) {
        text.len = PART_MAX;
    }
    ss_buf_add(out, text);
}

/* A token may be given where a file's name is wanted. What begins as a path is
   none; directories of tests and builds have names as tokens are. */
static void
add_name(ss_buf_t *out, const char *name)
{
    ss_str_t text = ss_cstr(name);

    if (name[0] != '/' && name[0] != '.'
        && ss_redact_text(ss_cstr(name), out->mem, &text) != SS_OK) {
        out->failed = true;
        return;
    }
    add_clean(out, text);
}

static bool
stands_behind(const ss_diag_t *diag, unsigned line, unsigned column)
{
    return diag->line > line || (diag->line == line && diag->column > column);
}

/* Makes room for an error behind those that stand before it. */
static ss_buf_t *
insert(ss_diags_t *diags, unsigned line, unsigned column)
{
    unsigned at = diags->count++;

    for (; at > 0 && stands_behind(&diags->items[at - 1], line, column); at--) {
        diags->items[at] = diags->items[at - 1];
    }

    diags->items[at].line = line;
    diags->items[at].column = column;
    ss_buf_init(&diags->items[at].out, diags->mem);

    return &diags->items[at].out;
}

void
ss_diag_add(ss_diags_t *diags, unsigned line, unsigned column,
            const ss_str_t *parts, size_t count)
{
    unsigned inner = line;
    ss_buf_t *out;

    if (diags->inside != NULL) {
        line = diags->inside_line;
        column = diags->inside_column;
    }

    if (diags->count == SS_DIAG_MAX) {
        diags->more++;
        return;
    }

    out = insert(diags, line, column);
    add_name(out, diags->name);
    ss_buf_addc(out, ':');
    ss_buf_addu(out, line);
    ss_buf_addc(out, ':');
    ss_buf_addu(out, column);
    ss_buf_adds(out, ": error: ");
    if (diags->inside != NULL) {
        ss_buf_adds(out, diags->inside);
        ss_buf_adds(out, ", line ");
        ss_buf_addu(out, inner);
        ss_buf_adds(out, ": ");
    }
    for (size_t i = 0; i < count; i++) {
        add_clean(out, parts[i]);
    }
    ss_buf_addc(out, '\n');

    if (diags->own) {
        ss_diag_line(diags->keys, line_at(diags->text, line), column, out);
    }
}

int
ss_diags_done(const ss_diags_t *diags, ss_str_t *errors)
{
    ss_buf_t all;

    ss_buf_init(&all, diags->mem);

    for (unsigned i = 0; i < diags->count; i++) {
        ss_str_t one;

        all.failed |= ss_buf_done(&diags->items[i].out, &one) != SS_OK;
        ss_buf_add(&all, one);
    }

    if (diags->more > 0) {
        add_name(&all, diags->name);
        ss_buf_adds(&all, ": error: and ");
        ss_buf_addu(&all, diags->more);
        ss_buf_adds(&all, " more\n");
    }

    return ss_buf_done(&all, errors);
}

int
ss_diag_file(const char *name, const char *why, const ss_mem_t *mem,
             ss_str_t *errors)
{
    ss_buf_t buf;

    ss_buf_init(&buf, mem);
    add_name(&buf, name);
    ss_buf_adds(&buf, ": error: ");
    ss_buf_adds(&buf, why);
    ss_buf_addc(&buf, '\n');

    return ss_buf_done(&buf, errors) == SS_OK ? SS_ERR_CONFIG : SS_ERR_NOMEM;
}
