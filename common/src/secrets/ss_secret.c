/*
 * ss_secret.c: names of secrets. The lists are what OAuth, Devise and
 * Doorkeeper call them, and what Rails, Sentry, Datadog and OWASP filter by
 * default.
 */

#include "secrets/ss_secret.h"

#include "text/ss_suggest.h"

/* A longer name is looked at in pieces that overlap. */
#define NAME_MAX_READ 96
#define OVERLAP 32

/* A name without what separates its words, in small letters; `starts` says that
   a word begins there. */
typedef struct {
    uint8_t text[NAME_MAX_READ];
    uint8_t starts[NAME_MAX_READ];
    size_t len;
    size_t inner;   /* where "otp" of "user[otp]" begins */
    size_t outer;   /* how long "filter" of "filter[code]" is, or 0 */
    bool in_inner;  /* within brackets */
    bool begins;    /* a word begins next */
    bool foreign;   /* it is a word for a secret in another script */
    uint8_t before; /* the byte before */
} folded_t;

/* --- parts: secret wherever they stand, by their first letter ------------- */

/* clang-format off */
static const char *const parts_a[] = {
    "apikey", "accesskey", "assertion", "authcode", "authorizationcode",
    "authoriz", "authoris", "authentic", "autoriz", "autoris", "autentic",
    "accesscode", "activationcode", "accountkey", "appkey", NULL
};
static const char *const parts_b[] = { "bearer", "backupcode", NULL };
static const char *const parts_c[] = {
    "cookie", "credential", "cardnumber", "creditcard", "connectionstring",
    "confirmationcode", "confirmcode", "challengeresponse", "contrasena", NULL
};
static const char *const parts_d[] = { "devicecode", NULL };
static const char *const parts_e[] = { "encryptionkey", NULL };
static const char *const parts_f[] = { "functionkey", NULL };
static const char *const parts_g[] = { "geheim", NULL };
static const char *const parts_i[] = {
    "invitecode", "invitationcode", NULL
};
static const char *const parts_k[] = { "kennwort", NULL };
static const char *const parts_l[] = { "logincode", "licensekey", NULL };
static const char *const parts_m[] = {
    "mfacode", "magiclink", "masterkey", "mnemonic", "motdepasse", NULL
};
static const char *const parts_o[] = {
    "onetimecode", "otpcode", "otpattempt", "oauthcode", NULL
};
static const char *const parts_p[] = {
    "passw", "passphrase", "passcode", "passkey", "pasword", "passowrd",
    "privatekey", "pairingcode", "pincode", NULL
};
static const char *const parts_r[] = { "recoverycode", "resetcode", NULL };
static const char *const parts_s[] = {
    "secret", "secert", "sercet", "secrect", "signature", "sessionid",
    "sessid", "sessionkey", "samlresponse", "samlrequest", "samlart",
    "securitycode", "securityanswer", "seedphrase", "smscode", "signingkey",
    "sshkey", "subscriptionkey", "schlussel", "schluessel", NULL
};
static const char *const parts_t[] = {
    "token", "twofactorcode", "totpcode", NULL
};
static const char *const parts_u[] = { "usercode", "userpass", NULL };
static const char *const parts_v[] = {
    "verifier", "verificationcode", NULL
};
static const char *const parts_w[] = { "wachtwoord", "wresult", NULL };
static const char *const parts_2[] = { "2facode", NULL };
/* clang-format on */

static const char *const *
parts_of(uint8_t c)
{
    static const char *const *const by_letter[26] = {
        [0] = parts_a,         ['b' - 'a'] = parts_b, ['c' - 'a'] = parts_c,
        ['d' - 'a'] = parts_d, ['e' - 'a'] = parts_e, ['f' - 'a'] = parts_f,
        ['g' - 'a'] = parts_g, ['i' - 'a'] = parts_i, ['k' - 'a'] = parts_k,
        ['l' - 'a'] = parts_l, ['m' - 'a'] = parts_m, ['o' - 'a'] = parts_o,
        ['p' - 'a'] = parts_p, ['r' - 'a'] = parts_r, ['s' - 'a'] = parts_s,
        ['t' - 'a'] = parts_t, ['u' - 'a'] = parts_u, ['v' - 'a'] = parts_v,
        ['w' - 'a'] = parts_w,
    };

    return c == '2'               ? parts_2
           : c >= 'a' && c <= 'z' ? by_letter[c - 'a']
                                  : NULL;
}

/* Words that only look like these parts. */
static bool
is_other_word(ss_str_t rest)
{
    return ss_starts(rest, SS_STR("secretar"))
           || ss_starts(rest, SS_STR("tokeniz"))
           || ss_starts(rest, SS_STR("tokenis"))
           || ss_starts(rest, SS_STR("authenticated"));
}

/* What people write of without a secret being near: "authentication failed". */
static bool
is_weak(const char *part)
{
    static const char *const weak[] = {
        "authoriz", "authoris", "authentic", "autoriz",    "autoris",
        "autentic", "bearer",   "cookie",    "credential",
    };

    for (size_t i = 0; i < sizeof(weak) / sizeof(weak[0]); i++) {
        if (part[0] == weak[i][0] && strcmp(part, weak[i]) == 0) {
            return true;
        }
    }

    return false;
}

/* Whether a name has a part that makes it one of a secret; in_prose: so that a
   text with it is suspect. */
static bool
has_secret_part(const folded_t *name, bool in_prose)
{
    for (size_t i = 0; i < name->len; i++) {
        const char *const *parts = parts_of(name->text[i]);
        ss_str_t rest = ss_str(name->text + i, name->len - i);

        for (; parts != NULL && *parts != NULL; parts++) {
            if (rest.len > 1 && (uint8_t) (*parts)[1] == rest.data[1]
                && ss_starts(rest, ss_cstr(*parts)) && !is_other_word(rest)
                && !(in_prose && is_weak(*parts))) {
                return true;
            }
        }
    }

    return false;
}

/* --- misspelt ------------------------------------------------------------- */

#define MISSPELT_MIN 10
#define MISSPELT_MAX 17
#define MISTAKES_MAX 3

static bool
is_nearly_authorization(ss_str_t word)
{
    return word.len >= MISSPELT_MIN && word.len <= MISSPELT_MAX
           && (word.data[0] == 'a' || word.data[0] == 'u')
           && !is_other_word(word)
           && (ss_edit_distance(SS_STR("authorization"), word) <= MISTAKES_MAX
               || ss_edit_distance(SS_STR("authentication"), word)
                      <= MISTAKES_MAX);
}

/* --- words ---------------------------------------------------------------- */

/* Secret as any word of a name. */
static const char *const any_words[] = {
    "pw",       "pwd",   "psw",       "pswd",       "otp",   "totp",
    "hotp",     "jwt",   "jws",       "jwe",        "csrf",  "xsrf",
    "ssn",      "cvv",   "cvc",       "pkcs",       "hmac",  "salt",
    "dsn",      "pgt",   "tgt",       "jwts",       "otps",  "tkn",
    "tok",      "creds", "basicauth", "authheader", "sess",  "sids",
    "passhash", "senha", "clave",     "llave",      "haslo", "jelszo",
    "losenord",
};

/* Secret as the last word, where what comes before says whose: db_pass,
   "_app_session", "connect.sid", X-Auth. */
static const char *const last_words[] = {
    "pass", "auth",   "key",   "session", "sid",   "sig",
    "pin",  "ticket", "pword", "authz",   "xauth",
};

/* Secret alone. In "filter[...]" they are what someone looks for. */
static const char *const whole_names[] = { "code", "mfa", "2fa", "sign" };

/* What comes before "key" when all may see it. */
static const char *const public_keys[] = {
    "idempotency", "primary",  "foreign",   "sort",    "sorting",
    "public",      "cache",    "surrogate", "natural", "external",
    "partition",   "group",    "lookup",    "unique",  "composite",
    "project",     "issue",    "object",    "index",   "socket",
    "translation", "resource", "routing",
};

/* What a server says of how to authenticate. */
static const char *const challenges[] = { "wwwauthenticate",
                                          "proxyauthenticate" };

/* The last word of names that speak about a secret, as "token_type" and
   "token_endpoint". */
static const char *const about_words[] = {
    "type",     "hint",     "url",     "uri",      "endpoint",
    "method",   "methods",  "alg",     "policy",   "algorithm",
    "enabled",  "required", "ttl",     "lifetime", "supported",
    "protocol", "created",  "expires", "at",       "length",
    "count",    "used",     "expired", "strength", "attempts",
};

static bool
listed(ss_str_t word, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (word.data[0] == (uint8_t) list[i][0]
            && ss_eq(word, ss_cstr(list[i]))) {
            return true;
        }
    }

    return false;
}

#define LISTED(word, list)                                                     \
    ((word).len > 0 && listed(word, list, sizeof(list) / sizeof((list)[0])))

/* The word that ends before *end, which moves to its begin. */
static ss_str_t
word_before(const folded_t *name, size_t *end)
{
    size_t start = *end, last = *end;

    while (start > 0 && !name->starts[--start]) {
    }
    *end = start;

    return ss_str(name->text + start, last - start);
}

/* "password2", "cvv2". */
static ss_str_t
without_number(ss_str_t word)
{
    size_t n = word.len;

    while (n > 0 && word.data[n - 1] >= '0' && word.data[n - 1] <= '9') {
        n--;
    }

    return n > 0 ? ss_str(word.data, n) : word;
}

/* "newpwd", "oldpass", but not "compass". */
static bool
ends_in_password(ss_str_t word)
{
    static const char *const others[] = {
        "compass",  "encompass", "bypass", "surpass", "trespass",
        "overpass", "underpass", "impass", "outpass",
    };
    ss_str_t end = ss_skip(word, word.len < 4 ? word.len : word.len - 4);

    return word.len > 4
           && ((ss_eq(end, SS_STR("pass")) && !LISTED(word, others))
               || ss_eq(ss_skip(end, 1), SS_STR("pwd")));
}

static bool
is_filter(const folded_t *name)
{
    ss_str_t outer = ss_str(name->text, name->outer);

    return ss_eq(outer, SS_STR("filter")) || ss_eq(outer, SS_STR("fields"))
           || ss_eq(outer, SS_STR("page"));
}

static bool
has_secret_word(const folded_t *name)
{
    size_t at = name->len;
    ss_str_t last = without_number(word_before(name, &at));
    size_t rest = at;
    ss_str_t before = word_before(name, &rest), word = last;
    bool whole = name->len - name->inner >= last.len
                 && last.data == name->text + name->inner;

    if (!is_filter(name)
        && (LISTED(last, last_words) || (whole && LISTED(last, whole_names)))
        && !(ss_eq(last, SS_STR("key")) && LISTED(before, public_keys))) {
        return true;
    }

    for (; word.len > 0; word = without_number(word_before(name, &at))) {
        if (LISTED(word, any_words) || is_nearly_authorization(word)
            || ends_in_password(word)) {
            return true;
        }
    }

    return false;
}

/* --- names ---------------------------------------------------------------- */

static bool
is_upper(uint8_t c)
{
    return c >= 'A' && c <= 'Z';
}

/* A letter of a name; a capital one begins a word, unless it is the second of
   "API". */
static void
add_letter(folded_t *out, uint8_t c, uint8_t next)
{
    bool hump =
        is_upper(c) && (!is_upper(out->before) || (next >= 'a' && next <= 'z'));

    out->starts[out->len] = out->begins || hump;
    out->text[out->len++] = ss_lower(c);
    out->begins = false;
}

/* A byte between letters: what cannot be seen in a name does not change what it
   says. */
static void
add_other(folded_t *out, uint8_t c)
{
    out->begins |= c < 0x80;
    if (c == '[') {
        out->outer = out->outer == 0 ? out->len : out->outer;
        out->inner = out->len;
    }
}

/* Folds a part of a name from *at on, which moves to where the next part
   begins. */
static void
fold(folded_t *out, ss_str_t name, size_t *at)
{
    size_t i = *at, again = name.len;

    *out = (folded_t){ .begins = true };
    while (i < name.len && out->len < NAME_MAX_READ) {
        ss_unit_t unit = ss_unit_at(name, i);

        if (unit.c >= 0x80) {
            out->foreign |= ss_secret_foreign_at(name, i);
            unit = ss_secret_letter_at(name, i, unit);
        }
        i += unit.len;
        if (ss_is_alnum(unit.c)) {
            add_letter(out, unit.c, i < name.len ? name.data[i] : 0);
        } else {
            add_other(out, unit.c);
        }
        out->before = unit.c;
        if (out->len == NAME_MAX_READ - OVERLAP) {
            again = i;
        }
    }

    /* "scopes[]" */
    out->inner = out->inner < out->len ? out->inner : 0;
    *at = i < name.len ? again : name.len;
}

static bool
is_about(const folded_t *name)
{
    size_t end = name->len;
    ss_str_t last = word_before(name, &end);

    return last.len < name->len && LISTED(last, about_words);
}

static bool
is_challenge(const folded_t *name)
{
    return LISTED(ss_str(name->text, name->len), challenges);
}

int
ss_secret_name(ss_str_t name)
{
    size_t at = 0;
    folded_t folded;

    do {
        fold(&folded, name, &at);
        if (folded.foreign
            || (at < name.len && has_secret_part(&folded, false))) {
            return 1;
        }
    } while (at < name.len);

    return folded.len > 0 && !is_about(&folded) && !is_challenge(&folded)
           && (has_secret_part(&folded, false)
               || is_nearly_authorization(ss_str(folded.text, folded.len))
               || has_secret_word(&folded));
}

/* --- free text ------------------------------------------------------------ */

static bool
is_in_name(uint8_t c)
{
    return ss_is_alnum(c) || c == '_' || c == '-' || c == '.' || c >= 0x80;
}

int
ss_names_secret(ss_str_t text)
{
    while (text.len > 0) {
        size_t n = 0, at = 0;
        folded_t folded;

        while (n < text.len && is_in_name(text.data[n])) {
            n++;
        }
        while (n > 3 && at < n) {
            fold(&folded, ss_str(text.data, n), &at);
            if (folded.foreign || has_secret_part(&folded, true)) {
                return 1;
            }
        }
        if (n >= 4 && n < text.len && text.data[n] == '='
            && ss_eq_nocase(ss_str(text.data + n - 4, 4), SS_STR("code"))) {
            return 1;
        }
        text = ss_skip(text, n < text.len ? n + 1 : n);
    }

    return 0;
}

/* Also when it is encoded. */
#define PUBLIC_MAX 64

bool
ss_secret_public_name(ss_str_t name)
{
    static const char *const names[] = {
        "clientid",      "xclientid",       "oauthclientid",
        "requestid",     "xrequestid",      "correlationid",
        "traceid",       "xtraceid",        "traceparent",
        "tracestate",    "xamzntraceid",    "xcorrelationid",
        "sentrytrace",   "cfray",           "xcloudtracecontext",
        "etag",          "ifmatch",         "ifnonematch",
        "contentdigest", "reprdigest",      "digest",
        "contentmd5",    "boundary",        "xamzrequestid",
        "spanid",        "parentid",        "xb3traceid",
        "xb3spanid",     "xb3parentspanid", "baggage",
        "sha256",        "clientids",
    };
    folded_t folded;
    size_t at = 0;

    if (name.len > PUBLIC_MAX) {
        return false;
    }
    fold(&folded, name, &at);

    return LISTED(ss_str(folded.text + folded.inner, folded.len - folded.inner),
                  names);
}
