#include "shared/text.h"

#include <string.h>

#include "shared/ascii.h"

ss_str_t
text_of(const char *s)
{
    return (ss_str_t){ (const uint8_t *) (s != NULL ? s : ""),
                       s != NULL ? strlen(s) : 0 };
}

bool
same_name(ss_str_t a, ss_str_t b)
{
    return a.len == b.len && ascii_same(a.data, b.data, a.len);
}

ss_str_t
header_value(const ss_header_t *headers, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (same_name(headers[i].name, text_of(name))) {
            return headers[i].value;
        }
    }

    return text_of("");
}

ss_str_t
request_trimmed(ss_str_t s)
{
    while (s.len > 0 && (*s.data == ' ' || *s.data == '\t')) {
        s.data++;
        s.len--;
    }

    while (s.len > 0 && strchr(" \t\r\n", s.data[s.len - 1]) != NULL) {
        s.len--;
    }

    return s;
}

bool
request_next_line(const char **rest, ss_str_t *line)
{
    const char *start = *rest, *end = start;

    if (*start == '\0') {
        return false;
    }

    /* a line that begins with a blank goes on with the one before */
    do {
        end += strcspn(end, "\n");
        end += *end == '\n';
    } while (*end == ' ' || *end == '\t');

    *rest = end;
    while (end > start && (end[-1] == '\n' || end[-1] == '\r')) {
        end--;
    }
    *line = (ss_str_t){ (const uint8_t *) start, (size_t) (end - start) };

    return true;
}
