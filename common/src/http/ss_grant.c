#include "http/ss_grant.h"

static const ss_grant_t grants[] = {
    { "password",
      { "client_id", "client_secret", "username", "password" },
      false,
      false },
    { "client_credentials", { "client_id", "client_secret" }, false, false },
    { "authorization_code",
      { "client_id", "client_secret", "code", "redirect_uri" },
      true,
      true },
    { "refresh_token",
      { "client_id", "client_secret", "refresh_token" },
      false,
      false },
};

static bool
is_letter(uint8_t c)
{
    return ss_lower(c) >= 'a' && ss_lower(c) <= 'z';
}

static bool
is_separator(uint8_t c)
{
    return ss_is_blank(c) || c == '-' || c == '_';
}

static bool
folds_to(ss_str_t text, const char *name)
{
    for (size_t i = 0; i < text.len; i++) {
        if (is_separator(text.data[i])) {
            continue;
        }

        name += *name == '_';
        if (!is_letter(text.data[i])
            || ss_lower(text.data[i]) != (uint8_t) *name) {
            return false;
        }
        name++;
    }

    return *name == '\0';
}

const ss_grant_t *
ss_grant_fold(ss_str_t grant_type)
{
    for (size_t i = 0; i < sizeof(grants) / sizeof(grants[0]); i++) {
        if (folds_to(grant_type, grants[i].name)) {
            return &grants[i];
        }
    }

    return NULL;
}

/* every token request comes by here for each of its parameters: lengths first,
   and known beforehand */
#define NAME(text)                                                             \
    {                                                                          \
        (const uint8_t *) (text), sizeof(text) - 1                             \
    }

static const ss_credential_name_t credentials[] = {
    { NAME("client_id"), false }, { NAME("client_secret"), false },
    { NAME("code"), false },      { NAME("refresh_token"), false },
    { NAME("username"), true },   { NAME("password"), true },
};

bool
ss_grant_lacks(ss_str_t grant_type, ss_str_t name)
{
    const ss_grant_t *grant = ss_grant_fold(grant_type);

    return grant != NULL && !grant->has_redirect
           && ss_eq(name, SS_STR("redirect_uri"));
}

const ss_credential_name_t *
ss_credential_named(ss_str_t name)
{
    for (size_t i = 0; i < sizeof(credentials) / sizeof(credentials[0]); i++) {
        if (ss_eq(name, credentials[i].name)) {
            return &credentials[i];
        }
    }

    return NULL;
}

static const ss_str_t others[] = {
    NAME("grant_type"),
    NAME("redirect_uri"),
    NAME("scope"),
    NAME("code_verifier"),
};

bool
ss_is_token_parameter(ss_str_t name)
{
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        if (ss_eq(name, others[i])) {
            return true;
        }
    }

    return ss_credential_named(name) != NULL;
}
