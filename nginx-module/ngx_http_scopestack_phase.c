
/*
 * The phases: where a request is read, checked, and sent on or answered.
 */


#include "ngx_http_scopestack.h"


static void ngx_http_scopestack_body_handler(ngx_http_request_t *r);


ngx_int_t
ngx_http_scopestack_rewrite_handler(ngx_http_request_t *r)
{
    ngx_http_scopestack_loc_conf_t  *slcf;

    slcf = ngx_http_get_module_loc_conf(r, ngx_http_scopestack_module);

    if (slcf->mode == SS_MODE_OFF || r != r->main) {
        return NGX_DECLINED;
    }

    if (ngx_http_scopestack_mask_request(r) != NGX_OK) {
        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "scopestack: no memory to mask the request line");
    }

    return NGX_DECLINED;
}


static void
ngx_http_scopestack_body_handler(ngx_http_request_t *r)
{
    ngx_http_scopestack_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_scopestack_module);

    ctx->body_read = 1;

    r->preserve_body = 1;

    r->write_event_handler = ngx_http_core_run_phases;
    ngx_http_core_run_phases(r);
}


/* the check failed for want of memory: the original goes on */

static ngx_int_t
ngx_http_scopestack_fail_open(ngx_http_request_t *r,
    ngx_http_scopestack_ctx_t *ctx)
{
    if (ctx) {
        /* where the original belongs, and not where an edit has moved it */
        ctx->result.route.host.len = 0;
        ctx->checked = 1;
        ctx->result.verdict = SS_VERDICT_ERROR;
        ctx->result.finding_count = 0;
        ctx->result.edit_count = 0;
    }

    ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                  "scopestack: the check failed, "
                  "the request is sent on as it came");

    return NGX_DECLINED;
}


static ngx_int_t
ngx_http_scopestack_check(ngx_http_request_t *r,
    ngx_http_scopestack_ctx_t *ctx, ss_engine_t *engine)
{
    ctx->checked = 1;

    if (ss_check(engine, &ctx->request, &ctx->mem, &ctx->result) != SS_OK) {
        return ngx_http_scopestack_fail_open(r, ctx);
    }

    ngx_log_debug3(NGX_LOG_DEBUG_HTTP, r->connection->log, 0,
                   "scopestack: kind %s verdict %s findings %uz",
                   ss_kind_name(ctx->result.route.kind),
                   ss_verdict_name(ctx->result.verdict),
                   ctx->result.finding_count);

    if (ctx->result.finding_count) {
        ngx_http_scopestack_log(r, ctx);
    }

    if (ctx->result.verdict == SS_VERDICT_REJECTED) {
        return ngx_http_scopestack_reject(r, ctx);
    }

    if ((ctx->strip || ctx->result.edit_count)
        && ngx_http_scopestack_apply(r, ctx) != NGX_OK)
    {
        return ngx_http_scopestack_fail_open(r, ctx);
    }

    return NGX_DECLINED;
}


/*
 * A stream that is said to have no body and is still open: HTTP/2 puts what
 * comes of it into the body that the request has by then, even if that is one
 * of ours. So its end is read first.
 */

static ngx_uint_t
ngx_http_scopestack_open_stream(ngx_http_request_t *r)
{
#if (NGX_HTTP_V2)
    return r->stream
           && !r->stream->in_closed
           && r->headers_in.content_length_n == 0;
#else
    return 0;
#endif
}


ngx_int_t
ngx_http_scopestack_precontent_handler(ngx_http_request_t *r)
{
    size_t                           max;
    ngx_int_t                        rc;
    ngx_http_scopestack_ctx_t       *ctx;
    ngx_http_scopestack_loc_conf_t  *slcf;

    slcf = ngx_http_get_module_loc_conf(r, ngx_http_scopestack_module);

    if (slcf->mode == SS_MODE_OFF || r != r->main) {
        return NGX_DECLINED;
    }

    ctx = ngx_http_scopestack_make_ctx(r);
    if (ctx == NULL) {
        return ngx_http_scopestack_fail_open(r, NULL);
    }

    if (ctx->checked) {
        return NGX_DECLINED;
    }

    max = slcf->max_body ? slcf->max_body : ss_engine_max_body(slcf->engine);

    if (!ctx->body_read) {

        if (ctx->lookup
            && ngx_http_scopestack_lookup(r, ctx) == NGX_AGAIN)
        {
            return NGX_AGAIN;
        }

        if (ngx_http_scopestack_read(r, ctx) != NGX_OK) {
            return ngx_http_scopestack_fail_open(r, ctx);
        }

        if (ctx->lookup == NULL
            && slcf->lookup.len
            && ngx_http_scopestack_lookup(r, ctx) == NGX_AGAIN)
        {
            return NGX_AGAIN;
        }

        if (!ss_wants_body(slcf->engine, &ctx->request)
            && !ngx_http_scopestack_open_stream(r))
        {
            return ngx_http_scopestack_check(r, ctx, slcf->engine);
        }

        if (r->headers_in.content_length_n > (off_t) max) {
            /* not worth a look: it streams on as nginx has it */
            ctx->request.body_state = SS_BODY_TOO_LARGE;
            return ngx_http_scopestack_check(r, ctx, slcf->engine);
        }

        rc = ngx_http_read_client_request_body(r,
                                          ngx_http_scopestack_body_handler);
        if (rc >= NGX_HTTP_SPECIAL_RESPONSE) {
            return rc;
        }

        ngx_http_finalize_request(r, NGX_DONE);
        return NGX_DONE;
    }

    if (ngx_http_scopestack_read_body(r, ctx, max) != NGX_OK) {
        return ngx_http_scopestack_fail_open(r, ctx);
    }

    return ngx_http_scopestack_check(r, ctx, slcf->engine);
}
