/*
 * ss_redact.c: puts "***" in the place of secrets.
 */

#include "secrets/ss_secret.h"
#include "text/ss_utf8.h"

int
ss_has_secret(ss_str_t text)
{
    ss_secret_scan_t secrets = { .text = text };
    ss_str_t secret;

    return ss_secret_look(text)
           && (ss_index(text, '\0') < text.len
               || ss_secret_next(&secrets, &secret));
}

int
ss_line_has_secret(ss_str_t line)
{
    ss_secret_scan_t secrets = { .text = line, .in_urls = true };
    ss_str_t secret;

    return ss_secret_look(line) && ss_secret_next(&secrets, &secret);
}

/* --- redacting ------------------------------------------------------------ */

int
ss_redact_size(size_t len, const ss_mem_t *mem, ss_str_t *redacted)
{
    ss_buf_t buf;

    ss_buf_init(&buf, mem);
    ss_buf_addc(&buf, '(');
    ss_buf_addu(&buf, len);
    ss_buf_adds(&buf, " bytes that are not shown)");

    return ss_buf_done(&buf, redacted);
}

bool
ss_is_judgeable(ss_str_t text)
{
    if (ss_index(text, '\0') < text.len) {
        return false;
    }

    while (text.len > 0) {
        size_t n = ss_utf8_length(text);

        if (n == 0) {
            return false;
        }
        text = ss_skip(text, n);
    }

    return true;
}

void
ss_redact_into(ss_buf_t *buf, ss_secret_scan_t *secrets)
{
    const ss_str_t text = secrets->text;
    size_t shown = secrets->at;
    ss_str_t secret;

    while (ss_secret_next(secrets, &secret)) {
        size_t at = (size_t) (secret.data - text.data);

        ss_buf_add(buf, ss_str(text.data + shown, at - shown));
        ss_buf_adds(buf, "***");
        shown = at + secret.len;
    }
    ss_buf_add(buf, ss_skip(text, shown));
}

int
ss_redact_text(ss_str_t text, const ss_mem_t *mem, ss_str_t *redacted)
{
    ss_secret_scan_t secrets = { .text = text };
    ss_buf_t buf;

    *redacted = text;
    if (!ss_is_judgeable(text)) {
        return ss_redact_size(text.len, mem, redacted);
    }
    if (!ss_has_secret(text)) {
        return SS_OK;
    }

    ss_buf_init(&buf, mem);
    ss_redact_into(&buf, &secrets);

    return ss_buf_done(&buf, redacted);
}

int
ss_mask_line(ss_str_t line, const ss_mem_t *mem, ss_str_t *masked)
{
    ss_secret_scan_t secrets = { .text = line, .in_urls = true };
    ss_buf_t buf;

    *masked = line;
    if (!ss_line_has_secret(line)) {
        return SS_OK;
    }

    ss_buf_init(&buf, mem);
    ss_redact_into(&buf, &secrets);

    return ss_buf_done(&buf, masked);
}
