#include "text/ss_suggest.h"

static unsigned
min3(unsigned a, unsigned b, unsigned c)
{
    unsigned m = a < b ? a : b;

    return m < c ? m : c;
}

unsigned
ss_edit_distance(ss_str_t a, ss_str_t b)
{
    unsigned row[SS_EDIT_MAX + 1];

    for (unsigned k = 0; k <= b.len; k++) {
        row[k] = k;
    }

    for (size_t i = 0; i < a.len; i++) {
        unsigned diagonal = row[0];

        row[0] = (unsigned) i + 1;
        for (size_t k = 0; k < b.len; k++) {
            unsigned cost = ss_lower(a.data[i]) != ss_lower(b.data[k]);
            unsigned next = min3(row[k] + 1, row[k + 1] + 1, diagonal + cost);

            diagonal = row[k + 1];
            row[k + 1] = next;
        }
    }

    return row[b.len];
}

const char *
ss_suggest(ss_str_t word, const char *const *words, size_t count)
{
    const char *best = NULL;
    unsigned least = 1 + (unsigned) (word.len < 30 ? word.len : 30) / 3;

    if (word.len > SS_EDIT_MAX) {
        return NULL;
    }

    for (size_t i = 0; i < count; i++) {
        ss_str_t candidate = ss_cstr(words[i]);
        unsigned d = candidate.len > SS_EDIT_MAX
                         ? least
                         : ss_edit_distance(word, candidate);

        if (d < least) {
            least = d;
            best = words[i];
        }
    }

    return best;
}
