#include "http/ss_slug.h"

/* Sorted. None of them is a resource, so none is the first word behind /v1. */
static const char *const words[] = {
    ".well-known", "api-docs", "assets",  "docs",     "mcp",
    "oauth",       "rails",    "swagger", "webhooks",
};

uint8_t
ss_segment_byte(ss_str_t segment, size_t *at)
{
    size_t i = (*at)++;
    int c = segment.data[i] == '%' ? ss_hex_pair(segment, i + 1) : -1;

    if (c < 0) {
        return segment.data[i];
    }
    *at += 2;

    return (uint8_t) c;
}

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

    /* each API path comes by here: most words differ in their first byte */
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if ((first == (uint8_t) words[i][0] || first == '%')
            && is_word(segment, words[i])) {
            return true;
        }
    }

    return false;
}

int
ss_account_valid(ss_str_t account)
{
    for (size_t i = 0; i < account.len; i++) {
        uint8_t c = account.data[i];

        if (!ss_is_alnum(c) && c != '-' && c != '_' && c != '.' && c != '~') {
            return false;
        }
    }

    /* these mean something else in a path */
    return account.len > 0 && !ss_eq(account, SS_STR("."))
           && !ss_eq(account, SS_STR("..")) && !ss_eq(account, SS_STR("v1"))
           && !ss_is_reserved(account);
}
