#include "ss_signed.h"

static const struct {
    const char *name;
    ss_signed_t fixes;
} known[] = {
    { "Content-Digest", SS_DIGESTED }, { "Repr-Digest", SS_DIGESTED },
    { "Digest", SS_DIGESTED },         { "Content-MD5", SS_DIGESTED },
    { "Signature", SS_SIGNED },        { "Signature-Input", SS_SIGNED },
};

/* --- names of headers --------------------------------------------------- */

static bool
has_one_of(ss_str_t name, const char *const *parts)
{
    for (; *parts != NULL; parts++) {
        if (ss_has_part(name, *parts)) {
            return true;
        }
    }

    return false;
}

/* Names that no standard has: X-Hub-Signature-256, X-Content-Sha256. */
static ss_signed_t
judge_parts(ss_str_t name)
{
    static const char *const seals[] = { "signature", "hmac", NULL };
    static const char *const sums[] = { "digest", "checksum", NULL };
    static const char *const hashes[] = { "md5", "sha1", "sha256", "sha512",
                                          NULL };
    static const char *const wholes[] = { "content", "body", "payload", NULL };

    if (ss_starts_nocase(name, SS_STR("Want-"))) {
        return SS_UNSIGNED;
    }

    if (has_one_of(name, seals)) {
        return SS_SIGNED;
    }

    return has_one_of(name, sums)
                   || (has_one_of(name, hashes) && has_one_of(name, wholes))
               ? SS_DIGESTED
               : SS_UNSIGNED;
}

static ss_signed_t
judge_name(ss_str_t name, ss_str_t *header)
{
    ss_signed_t fixes;

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
