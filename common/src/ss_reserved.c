#include "ss_reserved.h"

#include "ss_path.h"

/* Sorted. None of them is a resource, so none is the first word behind /v1. */
static const char *const words[] = {
    ".well-known", "api-docs", "assets",  "docs",     "mcp",
    "oauth",       "rails",    "swagger", "webhooks",
};

static bool
is_word(ss_str_t segment, const char *word)
{
    size_t at = 0;

    while (at < segment.len) {
        if (*word == '\0'
            || ss_lower(ss_segment_byte(segment, &at)) != (uint8_t) *word) {
            return false;
        }
        word++;
    }

    return *word == '\0';
}

bool
ss_is_reserved(ss_str_t segment)
{
    uint8_t first = segment.len > 0 ? ss_lower(segment.data[0]) : 0;

    /* each API path comes by here: most words are told by their first byte */
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if ((first == (uint8_t) words[i][0] || first == '%')
            && is_word(segment, words[i])) {
            return true;
        }
    }

    return false;
}
