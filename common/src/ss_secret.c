/*
 * ss_secret.c: names of secrets. The lists are what OAuth, Devise and
 * Doorkeeper call them, and what Rails, Sentry, Datadog and OWASP filter by
 * default.
 */

#include "ss_secret.h"

/* A longer name is looked at in pieces that overlap. */
#define NAME_MAX_READ 96
#define OVERLAP 32

/* A name without what separates its words, in small letters; a bit of
   `starts` says that a word begins there. */
typedef struct {
    uint8_t text[NAME_MAX_READ];
    uint8_t starts[NAME_MAX_READ + 1];
    size_t len;
} folded_t;

/* --- parts: secret wherever they stand, by their first letter ------------- */

/* clang-format off */
static const char *const parts_a[] = {
    "apikey", "accesskey", "assertion", "authcode", "authorizationcode",
    "authoriz", "authoris", "authentic", "autoriz", "autoris", "autentic",
    "accesscode", "activationcode", NULL
};
static const char *const parts_b[] = { "bearer", "backupcode", NULL };
static const char *const parts_c[] = {
    "cookie", "credential", "cardnumber", "creditcard", "connectionstring",
    "confirmationcode", "challengeresponse", "contrasena", NULL
};
static const char *const parts_d[] = { "devicecode", NULL };
static const char *const parts_k[] = { "kennwort", NULL };
static const char *const parts_l[] = { "logincode", NULL };
static const char *const parts_m[] = {
    "mfacode", "magiclink", "mnemonic", "motdepasse", NULL
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
    "securitycode", "securityanswer", "seedphrase", "smscode", NULL
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
        ['d' - 'a'] = parts_d, ['k' - 'a'] = parts_k, ['l' - 'a'] = parts_l,
        ['m' - 'a'] = parts_m, ['o' - 'a'] = parts_o, ['p' - 'a'] = parts_p,
        ['r' - 'a'] = parts_r, ['s' - 'a'] = parts_s, ['t' - 'a'] = parts_t,
        ['u' - 'a'] = parts_u, ['v' - 'a'] = parts_v, ['w' - 'a'] = parts_w,
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
           || ss_starts(rest, SS_STR("tokenis"));
}

static bool
has_secret_part(const folded_t *name)
{
    for (size_t i = 0; i < name->len; i++) {
        const char *const *parts = parts_of(name->text[i]);
        ss_str_t rest = ss_str(name->text + i, name->len - i);

        for (; parts != NULL && *parts != NULL; parts++) {
            if (rest.len > 1 && (uint8_t) (*parts)[1] == rest.data[1]
                && ss_starts(rest, ss_cstr(*parts)) && !is_other_word(rest)) {
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

/* How many letters must be put in, taken out or changed (Levenshtein); b has at
   most MISSPELT_MAX. */
static unsigned
mistakes(ss_str_t a, ss_str_t b)
{
    unsigned row[MISSPELT_MAX + 1];

    for (unsigned k = 0; k <= b.len; k++) {
        row[k] = k;
    }

    for (size_t i = 0; i < a.len; i++) {
        unsigned diagonal = row[0];

        row[0] = (unsigned) i + 1;
        for (size_t k = 0; k < b.len; k++) {
            unsigned least = diagonal + (a.data[i] != b.data[k]);

            diagonal = row[k + 1];
            least = least < row[k] + 1 ? least : row[k] + 1;
            row[k + 1] = least < diagonal + 1 ? least : diagonal + 1;
        }
    }

    return row[b.len];
}

static bool
is_nearly_authorization(ss_str_t word)
{
    return word.len >= MISSPELT_MIN && word.len <= MISSPELT_MAX
           && (word.data[0] == 'a' || word.data[0] == 'u')
           && (mistakes(SS_STR("authorization"), word) <= MISTAKES_MAX
               || mistakes(SS_STR("authentication"), word) <= MISTAKES_MAX);
}

/* --- words ---------------------------------------------------------------- */

/* Secret as any word of a name. */
static const char *const any_words[] = {
    "pw",  "pwd",    "psw",  "pswd", "otp",  "totp", "hotp",
    "jwt", "jws",    "jwe",  "csrf", "xsrf", "ssn",  "cvv",
    "cvc", "pkcs12", "hmac", "salt", "dsn",  "pgt",  "tgt",
};

/* Secret as the last word, where what comes before says whose: db_pass,
   "_app_session", "connect.sid", X-Auth. */
static const char *const last_words[] = {
    "pass", "auth", "key", "session", "sid", "sig", "pin", "ticket", "pword",
};

/* Secret alone. In "filter[...]" they are what someone looks for. */
static const char *const whole_names[] = { "code", "mfa", "2fa" };

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
    "type",    "hint",     "url",       "uri",       "endpoint", "method",
    "methods", "alg",      "policy",    "algorithm", "enabled",  "required",
    "ttl",     "lifetime", "supported", "protocol",  "created",  "expires",
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

static bool
has_secret_word(const folded_t *name, bool is_filter)
{
    size_t at = name->len;
    ss_str_t last = word_before(name, &at);
    size_t rest = at;
    ss_str_t before = word_before(name, &rest), word = last;

    if (!is_filter
        && (LISTED(last, last_words)
            || (last.len == name->len && LISTED(last, whole_names)))
        && !(ss_eq(last, SS_STR("key")) && LISTED(before, public_keys))) {
        return true;
    }

    for (; word.len > 0; word = word_before(name, &at)) {
        if (LISTED(word, any_words) || is_nearly_authorization(word)) {
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

/* Whether a capital letter begins a word: not the second of "API". */
static bool
begins_word(ss_str_t name, size_t i)
{
    if (!is_upper(name.data[i])) {
        return false;
    }

    return !is_upper(name.data[i - 1])
           || (i + 1 < name.len && name.data[i + 1] >= 'a'
               && name.data[i + 1] <= 'z');
}

static void
fold(folded_t *out, ss_str_t name)
{
    bool begins = true;

    out->len = 0;
    for (size_t i = 0; i < name.len && out->len < NAME_MAX_READ; i++) {
        uint8_t c = name.data[i];

        /* what cannot be seen in a name does not change what it says */
        if (!ss_is_alnum(c)) {
            begins |= c < 0x80;
            continue;
        }
        begins |= i > 0 && begins_word(name, i);
        out->starts[out->len] = begins;
        out->text[out->len++] = ss_lower(c);
        begins = false;
    }
}

/* The last name of "user[otp]"; of "scopes[]" the one before. */
static ss_str_t
innermost(ss_str_t name)
{
    size_t start;

    while (ss_ends(name, SS_STR("[]"))) {
        name.len -= 2;
    }
    if (name.len == 0 || name.data[name.len - 1] != ']') {
        return name;
    }

    start = name.len;
    while (start > 0 && name.data[start - 1] != '[') {
        start--;
    }

    return start > 0 ? ss_str(name.data + start, name.len - 1 - start) : name;
}

static bool
is_filter(ss_str_t name)
{
    return ss_starts_nocase(name, SS_STR("filter["))
           || ss_starts_nocase(name, SS_STR("fields["))
           || ss_starts_nocase(name, SS_STR("page["));
}

static bool
is_about(const folded_t *name)
{
    size_t end = name->len;
    ss_str_t last = word_before(name, &end);

    return last.len < name->len && LISTED(last, about_words);
}

bool
ss_secret_name(ss_str_t name)
{
    bool filter;
    folded_t folded;

    name = ss_trim(name);
    filter = is_filter(name);

    while (name.len > NAME_MAX_READ) {
        fold(&folded, ss_str(name.data, NAME_MAX_READ));
        if (has_secret_part(&folded)) {
            return true;
        }
        name = ss_skip(name, NAME_MAX_READ - OVERLAP);
    }

    fold(&folded, name);
    if (folded.len == 0 || is_about(&folded)
        || LISTED(ss_str(folded.text, folded.len), challenges)) {
        return false;
    }
    if (has_secret_part(&folded)
        || is_nearly_authorization(ss_str(folded.text, folded.len))) {
        return true;
    }

    if (ss_index(name, ']') < name.len) {
        fold(&folded, innermost(name));
    }

    return has_secret_word(&folded, filter);
}

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

    if (name.len > 32) {
        return false;
    }
    fold(&folded, innermost(ss_trim(name)));

    return LISTED(ss_str(folded.text, folded.len), names);
}
