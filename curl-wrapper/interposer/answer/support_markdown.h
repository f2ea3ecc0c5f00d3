/*
 * support_markdown.h: the report for people.
 */

#ifndef SUPPORT_MARKDOWN_H
#define SUPPORT_MARKDOWN_H

#include <jansson.h>

/* Gives the document that support.c makes as Markdown, to be freed; NULL: no
   memory. */
char *support_markdown(const json_t *document);

#endif
