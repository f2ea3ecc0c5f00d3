
/*
 * What clients and operators get to see: headers, answers, log lines.
 */


#include "ngx_http_scopestack.h"


void
ngx_http_scopestack_log(ngx_http_request_t *r, ngx_http_scopestack_ctx_t *ctx)
{
    ss_str_t    rules;
    ngx_uint_t  level;

    level = ctx->result.verdict == SS_VERDICT_REJECTED ? NGX_LOG_WARN
                                                       : NGX_LOG_INFO;

    if (r->connection->log->log_level < level
        || ss_result_rules(&ctx->result, ',', &ctx->mem, &rules) != SS_OK)
    {
        return;
    }

    ngx_log_error(level, r->connection->log, 0, "scopestack: %s %*s",
                  ss_verdict_name(ctx->result.verdict), rules.len, rules.data);
}


static ngx_int_t
ngx_http_scopestack_push_out(ngx_http_request_t *r, ss_str_t name,
    ss_str_t value)
{
    ngx_table_elt_t  *h;

    h = ngx_list_push(&r->headers_out.headers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(h, sizeof(ngx_table_elt_t));

    h->hash = 1;
    h->key.data = (u_char *) (uintptr_t) name.data;
    h->key.len = name.len;
    h->value.data = (u_char *) (uintptr_t) value.data;
    h->value.len = value.len;

    return NGX_OK;
}


ngx_int_t
ngx_http_scopestack_reject(ngx_http_request_t *r,
    ngx_http_scopestack_ctx_t *ctx)
{
    size_t                    i;
    ngx_int_t                 rc;
    ngx_str_t                 type;
    ss_answer_t               answer;
    ngx_http_complex_value_t  cv;

    if (ss_result_answer(&ctx->result, &ctx->mem, &answer) != SS_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    for (i = 0; i < answer.header_count; i++) {
        if (ngx_http_scopestack_push_out(r, answer.headers[i].name,
                                         answer.headers[i].value)
            != NGX_OK)
        {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }
    }

    type.data = (u_char *) (uintptr_t) answer.content_type.data;
    type.len = answer.content_type.len;

    ngx_memzero(&cv, sizeof(ngx_http_complex_value_t));
    cv.value.data = (u_char *) (uintptr_t) answer.body.data;
    cv.value.len = answer.body.len;

    rc = ngx_http_send_response(r, answer.status, &type, &cv);

    ngx_http_finalize_request(r, rc);

    return NGX_DONE;
}


ngx_int_t
ngx_http_scopestack_add_headers(ngx_http_request_t *r,
    ngx_http_scopestack_ctx_t *ctx)
{
    ss_str_t  value;

    ngx_http_scopestack_strip(&r->headers_out.headers);

    if (ctx == NULL || ctx->result.finding_count == 0) {
        return NGX_OK;
    }

    if (ss_result_header(&ctx->result, &ctx->mem, &value) != SS_OK
        || ngx_http_scopestack_push_out(r, SS_STR("ScopeStack-Gateway"), value)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}
