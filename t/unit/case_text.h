/*
 * case_text.h: cases from a text, and the rules file they are laid over.
 */

#ifndef CASE_TEXT_H
#define CASE_TEXT_H

#include "support.h"

static const char rules[] = "version: 1\n"
                            "service: { api_url: http://a, auth_url: http://b, "
                            "account: acme }\n";

static inline int
read_cases(ss_cases_t *cases, const char *yaml, const char *config,
           test_mem_t *mem, ss_str_t *errors)
{
    ss_mem_t m = test_mem(mem);

    return ss_cases_read(cases, exact(mem, ss_cstr(yaml)), "f",
                         exact(mem, ss_cstr(config)), &m, errors);
}

#endif
