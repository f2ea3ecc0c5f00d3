#include "shared/ascii.h"

#include <stdint.h>

static uint8_t
lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t) (c | 0x20) : c;
}

bool
ascii_same(const void *a, const void *b, size_t len)
{
    const uint8_t *x = a, *y = b;

    for (size_t i = 0; i < len; i++) {
        if (lower(x[i]) != lower(y[i])) {
            return false;
        }
    }

    return true;
}
