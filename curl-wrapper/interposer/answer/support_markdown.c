#include "interposer/answer/support_markdown.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *
string(const json_t *object, const char *name)
{
    const char *s = json_string_value(json_object_get(object, name));

    return s != NULL ? s : "";
}

/* What comes from elsewhere stands in blocks of code, whatever is in it. */
static void
put_block(FILE *out, const char *lines)
{
    while (*lines != '\0') {
        size_t n = strcspn(lines, "\n");

        fprintf(out, "    %.*s\n", (int) n, lines);
        lines += n + (lines[n] == '\n');
    }
}

static void
put_headers(FILE *out, const json_t *headers)
{
    const json_t *header;
    size_t i;

    json_array_foreach(headers, i, header)
    {
        fprintf(out, "    %s: %s\n", string(header, "name"),
                string(header, "value"));
    }
}

static void
put_request(FILE *out, const json_t *transfer)
{
    const json_t *request = json_object_get(transfer, "request");
    const char *body = string(request, "body");

    fprintf(out, "Request, %s:\n\n    %s %s\n", string(transfer, "outcome"),
            string(request, "method"), string(request, "url"));
    put_headers(out, json_object_get(request, "headers"));
    if (*body != '\0') {
        fputs("\n", out);
        put_block(out, body);
    }
}

static void
put_findings(FILE *out, const json_t *transfer)
{
    const json_t *finding;
    size_t i;

    fprintf(out, "\nRules, mode %s%s%s%s%s:\n\n", string(transfer, "mode"),
            *string(transfer, "account") != '\0' ? ", account " : "",
            string(transfer, "account"),
            *string(transfer, "team") != '\0' ? ", team " : "",
            string(transfer, "team"));

    json_array_foreach(json_object_get(transfer, "findings"), i, finding)
    {
        fprintf(out, "    %s: %s: %s [%s]\n", string(finding, "outcome"),
                string(finding, "place"), string(finding, "message"),
                string(finding, "rule"));
    }
    if (i == 0) {
        fputs("    nothing found\n", out);
    }
}

static void
put_response(FILE *out, const json_t *transfer)
{
    const json_t *response = json_object_get(transfer, "response");
    const char *failure = string(transfer, "failure");
    const char *message = string(response, "message");

    if (json_is_object(response)) {
        fprintf(out, "\nAnswer, after %.3f s:\n\n    %lld\n",
                json_real_value(json_object_get(response, "seconds")),
                (long long) json_integer_value(
                    json_object_get(response, "status")));
        put_headers(out, json_object_get(response, "headers"));
    }
    if (*message != '\0') {
        fputs("\nError message:\n\n", out);
        put_block(out, message);
    }
    if (*failure != '\0') {
        fputs("\ncurl says:\n\n", out);
        put_block(out, failure);
    }
}

static void
put_causes(FILE *out, const json_t *transfer)
{
    const json_t *causes = json_object_get(transfer, "causes"), *cause;
    size_t i;

    if (json_array_size(causes) > 0) {
        fputs("\nLikely causes, the most likely one first:\n\n", out);
    }
    json_array_foreach(causes, i, cause)
    {
        fprintf(out, "    %s [%s]\n      to do: %s\n      see: %s\n",
                string(cause, "message"), string(cause, "cause"),
                string(cause, "fix"), string(cause, "doc"));
    }
}

static void
put_transfer(FILE *out, const json_t *transfer, size_t number)
{
    fprintf(out, "\n## Transfer %zu\n\n", number);
    put_request(out, transfer);
    put_findings(out, transfer);
    put_response(out, transfer);
    put_causes(out, transfer);
}

static void
put_all(FILE *out, const json_t *document)
{
    const json_t *transfers = json_object_get(document, "transfers");
    const json_t *client = json_object_get(document, "client"), *transfer;
    size_t i;

    fprintf(
        out,
        "# What was tried at the ScopeStack API\n\n"
        "- written: %s\n"
        "- client: curl by sscurl %s, %s\n"
        "- transfers: %lld to the service, %lld elsewhere (not shown)\n"
        "\nSecrets are masked.\n",
        string(document, "created"), string(client, "sscurl"),
        string(client, "libcurl"),
        (long long) json_array_size(transfers)
            + json_integer_value(json_object_get(document, "more")),
        (long long) json_integer_value(json_object_get(document, "elsewhere")));

    json_array_foreach(transfers, i, transfer)
    {
        put_transfer(out, transfer, i + 1);
    }
    if (json_integer_value(json_object_get(document, "more")) > 0) {
        fprintf(out, "\nThe other transfers are not kept.\n");
    }
}

char *
support_markdown(const json_t *document)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    if (out == NULL) {
        return NULL;
    }

    put_all(out, document);
    if (fclose(out) != 0) {
        free(text);
        return NULL;
    }

    return text;
}
