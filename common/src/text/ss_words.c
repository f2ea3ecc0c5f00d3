/*
 * ss_words.c: what several rules ask of a value.
 */

#include "check/ss_rule.h"

ss_str_t
ss_media_type(ss_str_t content_type)
{
    return ss_trim(ss_str(content_type.data, ss_index(content_type, ';')));
}
