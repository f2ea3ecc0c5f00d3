/*
 * check.h: cmocka, with the headers it wants before it.
 */

#ifndef CHECK_H
#define CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support.h"

#define assert_str(s, text)                                                    \
    do {                                                                       \
        assert_int_equal((s).len, strlen(text));                               \
        assert_memory_equal((s).data, text, (s).len);                          \
    } while (0)

#endif
