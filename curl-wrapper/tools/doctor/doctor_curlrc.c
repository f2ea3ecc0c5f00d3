/*
 * doctor_curlrc.c: curl's configuration files: where .curlrc is, and the
 * options of a file, line by line, as curl reads them.
 */

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/doctor/doctor.h"

#define BLANKS " \t\r\n\v\f"

/* --- where it is ---------------------------------------------------------- */

/* In the order in which curl looks. Releases differ in what the file in
   XDG_CONFIG_HOME is called. */
static const struct {
    const char *home; /* a variable */
    const char *path;
    bool no_xdg; /* counts where XDG_CONFIG_HOME is not set */
} places[] = {
    { "CURL_HOME", "/.curlrc", false },
    { "XDG_CONFIG_HOME", "/.curlrc", false },
    { "XDG_CONFIG_HOME", "/curlrc", false },
    { "HOME", "/.curlrc", false },
    { "CURL_HOME", "/.config/curlrc", true },
    { "HOME", "/.config/curlrc", true },
};

static FILE *
open_in(const char *home, const char *path)
{
    char name[4096];

    if (home == NULL || home[0] == '\0'
        || snprintf(name, sizeof(name), "%s%s", home, path)
               >= (int) sizeof(name)) {
        return NULL;
    }

    return fopen(name, "re");
}

FILE *
doctor_curlrc(void)
{
    bool xdg = getenv("XDG_CONFIG_HOME") != NULL;
    const struct passwd *user;
    FILE *file;

    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        if (places[i].no_xdg && xdg) {
            continue;
        }

        file = open_in(getenv(places[i].home), places[i].path);
        if (file != NULL) {
            return file;
        }
    }

    user = getpwuid(geteuid());

    return user != NULL ? open_in(user->pw_dir, "/.curlrc") : NULL;
}

/* --- lines ---------------------------------------------------------------- */

/* Takes the quoted value at text, its backslashes resolved in place. */
static char *
unquoted(char *text)
{
    char *to = text;

    for (const char *p = text; *p != '\0' && *p != '"'; p++) {
        static const char letters[] = "tnrv", controls[] = "\t\n\r\v";
        const char *letter;

        if (*p != '\\') {
            *to++ = *p;
            continue;
        }

        if (*++p == '\0') {
            break;
        }
        letter = strchr(letters, *p);
        *to++ = letter != NULL ? controls[letter - letters] : *p;
    }
    *to = '\0';

    return text;
}

/* The value behind an option, or NULL. Only a quoted one may be empty. */
static char *
value_at(char *text)
{
    if (*text == '"') {
        return unquoted(text + 1);
    }
    text[strcspn(text, BLANKS)] = '\0';

    return *text != '\0' ? text : NULL;
}

static char *
copy_of(const char *dashes, const char *text, const ss_mem_t *mem)
{
    size_t before = strlen(dashes), len = strlen(text);
    char *copy = mem->alloc(mem->ctx, before + len + 1);

    if (copy != NULL) {
        memcpy(copy, dashes, before);
        memcpy(copy + before, text, len + 1);
    }

    return copy;
}

/* Cuts a line into option and value; the option is NULL for a comment. */
static int
read_line(char *line, const ss_mem_t *mem, char **option, char **value)
{
    char *name = line + strspn(line, BLANKS);
    bool dashed = name[0] == '-';
    /* these part words where no dash has begun */
    char *rest = name + strcspn(name, dashed ? BLANKS : BLANKS "=:");

    *option = *value = NULL;
    if (name[0] == '\0' || name[0] == '#' || rest == name) {
        return SS_OK;
    }

    if (*rest != '\0') {
        *rest++ = '\0';
        rest += strspn(rest, dashed ? BLANKS : BLANKS "=:");
        rest = value_at(rest);
    } else {
        rest = NULL;
    }

    *option = copy_of(dashed ? "" : "--", name, mem);
    if (rest != NULL) {
        *value = copy_of("", rest, mem);
    }

    return *option == NULL || (rest != NULL && *value == NULL) ? SS_ERR_NOMEM
                                                               : SS_OK;
}

int
doctor_config_read(FILE *file, doctor_config_handler_t handler, void *ctx,
                   const ss_mem_t *mem)
{
    char *line = NULL, *option, *value;
    size_t size = 0;
    int rc = SS_OK;

    while (rc == SS_OK && getline(&line, &size, file) >= 0) {
        rc = read_line(line, mem, &option, &value);
        if (rc == SS_OK && option != NULL) {
            rc = handler(ctx, option, value);
        }
    }
    if (line != NULL) {
        explicit_bzero(line, size);
    }
    free(line);

    return rc;
}
