#include "http/ss_signed.h"

static const struct {
    const char *name;
    ss_signed_t fixes;
} known[] = {
    { "Content-Digest", SS_DIGESTED }, { "Repr-Digest", SS_DIGESTED },
    { "Digest", SS_DIGESTED },         { "Content-MD5", SS_DIGESTED },
    { "Signature", SS_SIGNED },        { "Signature-Input", SS_SIGNED },
};

/* --- names of headers --------------------------------------------------- */

/* What names are made of, as bits. */
enum { SEAL = 1, SUM = 2, HASH = 4, WHOLE = 8 };

static const struct {
    const char *text; /* those of one first letter stand together */
    unsigned bit;
} parts[] = {
    { "body", WHOLE },  { "checksum", SUM },  { "content", WHOLE },
    { "digest", SUM },  { "hash", HASH },     { "hmac", SEAL },
    { "md5", HASH },    { "payload", WHOLE }, { "sha1", HASH },
    { "sha256", HASH }, { "sha512", HASH },   { "signature", SEAL },
};

/* Two letters of each name that counts: siGnature, siGn and diGest, hMac,
   checKsum, shA, hAsh, md5. Nearly all headers of a request have none of them.
 */
static bool
may_be_one(ss_str_t name)
{
    for (size_t i = 1; i < name.len; i++) {
        unsigned before = name.data[i - 1] | 0x20u;

        switch (name.data[i] | 0x20) {
        case 'g':
            if (before == 'i') {
                return true;
            }
            break;
        case 'm':
        case 'a':
            if (before == 'h') {
                return true;
            }
            break;
        case 'k':
            if (before == 'c') {
                return true;
            }
            break;
        case '5':
            if (before == 'd') {
                return true;
            }
            break;
        default:
            break;
        }
    }

    return false;
}

static unsigned
bits_of(ss_str_t name)
{
    unsigned bits = 0;

    for (; name.len > 2; name = ss_skip(name, 1)) {
        unsigned char c = name.data[0] | 0x20;

        if (memchr("bcdhmps", c, 7) == NULL) {
            continue;
        }

        for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
            if ((unsigned char) parts[i].text[0] == c
                && ss_starts_nocase(name, ss_cstr(parts[i].text))) {
                bits |= parts[i].bit;
            }
        }
    }

    return bits;
}

/* X-Sig, X-Request-Sign; of other words "sig" is only a part. */
static bool
ends_signed(ss_str_t name)
{
    while (ss_index(name, '-') < name.len) {
        name = ss_skip(name, ss_index(name, '-') + 1);
    }

    return ss_eq_nocase(name, SS_STR("sig"))
           || ss_eq_nocase(name, SS_STR("sign"));
}

/* Names that no standard has: X-Hub-Signature-256, X-Content-Sha256. */
static ss_signed_t
judge_parts(ss_str_t name)
{
    unsigned bits = bits_of(name) | (ends_signed(name) ? SEAL : 0);

    if (bits == 0 || ss_starts_nocase(name, SS_STR("Want-"))) {
        return SS_UNSIGNED;
    }

    if (bits & SEAL) {
        return SS_SIGNED;
    }

    return bits & SUM || (bits & HASH && bits & WHOLE) ? SS_DIGESTED
                                                       : SS_UNSIGNED;
}

static ss_signed_t
judge_name(ss_str_t name, ss_str_t *header)
{
    ss_signed_t fixes;

    *header = SS_STR("");
    if (!may_be_one(name)) {
        return SS_UNSIGNED;
    }

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (ss_eq_nocase(name, ss_cstr(known[i].name))) {
            *header = ss_cstr(known[i].name);
            return known[i].fixes;
        }
    }

    fixes = judge_parts(name);
    *header = fixes == SS_SIGNED ? SS_STR("a header with a signature")
                                 : SS_STR("a header with a digest");

    return fixes;
}

/* --- values ------------------------------------------------------------- */

/* Schemes that sign the request rather than prove who sends it. */
static ss_signed_t
judge_authorization(ss_str_t value)
{
    ss_str_t scheme = ss_str(value.data, ss_index(value, ' '));

    if (ss_eq_nocase(scheme, SS_STR("Digest"))) {
        return ss_has_part(value, "auth-int") ? SS_SIGNED : SS_UNSIGNED;
    }

    return ss_eq_nocase(scheme, SS_STR("Signature"))
                   || ss_eq_nocase(scheme, SS_STR("Hawk"))
                   || ss_eq_nocase(scheme, SS_STR("AWS"))
                   || ss_starts_nocase(scheme, SS_STR("AWS4-"))
                   || ss_starts_nocase(scheme, SS_STR("SharedKey"))
                   || ss_has_part(scheme, "hmac")
               ? SS_SIGNED
               : SS_UNSIGNED;
}

/* The digest comes behind the body. */
static ss_signed_t
judge_trailer(ss_str_t value)
{
    ss_signed_t fixes = SS_UNSIGNED;
    bool more = true;
    ss_str_t name, unused;

    while (ss_split(&value, &more, ',', &name)) {
        ss_signed_t one = judge_name(ss_trim(name), &unused);

        fixes = one > fixes ? one : fixes;
    }

    return fixes;
}

static ss_signed_t
judge(const ss_header_t *header, ss_str_t *name)
{
    if (ss_eq_nocase(header->name, SS_STR("Authorization"))) {
        *name = SS_STR("Authorization");
        return judge_authorization(header->value);
    }

    if (ss_eq_nocase(header->name, SS_STR("Trailer"))) {
        *name = SS_STR("a trailer");
        return judge_trailer(header->value);
    }

    return judge_name(header->name, name);
}

ss_signed_t
ss_request_signed(const ss_request_t *request, ss_str_t *header)
{
    ss_signed_t fixes = SS_UNSIGNED;

    *header = SS_STR("");

    for (size_t i = 0; i < request->header_count; i++) {
        ss_str_t name;
        ss_signed_t one = judge(&request->headers[i], &name);

        if (one > fixes) {
            fixes = one;
            *header = name;
        }
    }

    return fixes;
}
