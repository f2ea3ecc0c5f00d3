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

/* cmocka 2 has one for each kind of integer, and the unsigned one converts
   signs; cmocka 1 has this one alone */
#ifdef assert_int_in_range
#undef assert_in_range
#define assert_in_range assert_int_in_range
#endif

#define assert_str(s, text)                                                    \
    do {                                                                       \
        assert_int_equal((s).len, strlen(text));                               \
        assert_memory_equal((s).data, text, (s).len);                          \
    } while (0)

#endif
