#include "raw_request.h"

static ss_header_t
header_of(ss_str_t line)
{
    size_t colon = ss_index(line, ':');

    return (ss_header_t){
        .name = ss_str(line.data, colon),
        .value = ss_trim(ss_skip(line, colon < line.len ? colon + 1 : colon)),
    };
}

bool
parse_request(ss_str_t text, ss_header_t *headers, size_t size,
              ss_request_t *request)
{
    bool more = true;
    ss_str_t line;

    *request = (ss_request_t){ .headers = headers };
    if (!ss_split(&text, &more, '\n', &line) || !parse_target(line, request)) {
        return false;
    }

    while (ss_split(&text, &more, '\n', &line) && line.len > 0) {
        if (request->header_count < size) {
            headers[request->header_count++] = header_of(line);
        }
    }

    request->body = text;
    request->body_state = text.len > 0 ? SS_BODY_COMPLETE : SS_BODY_NONE;

    return true;
}
