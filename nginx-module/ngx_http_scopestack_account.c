
/*
 * Whose account is it? Where the account is "auto", GET /v1/me says so: asked
 * once for each token, and kept in the zone.
 *
 * Requests whose token is being asked about wait for that one answer, whoever
 * asks, for at most scopestack_lookup_wait. Then they go on without an account.
 */


#include "ngx_http_scopestack_lookup.h"


/* how often the zone is looked at for an answer that another worker gets */
#define NGX_HTTP_SCOPESTACK_POLL  10


static void ngx_http_scopestack_wait_handler(ngx_http_request_t *r);


/* a client that goes away takes its subrequest with it: others ask */

static void
ngx_http_scopestack_lookup_cleanup(void *data)
{
    ngx_http_scopestack_lookup_t *lookup = data;

    ss_str_t  none;

    lookup->request = NULL;

    if (lookup->asking) {
        lookup->asking = 0;

        ngx_memzero(&none, sizeof(ss_str_t));
        ngx_http_scopestack_zone_put(lookup->zone, lookup->key, none, 1);
    }
}


static ngx_http_scopestack_lookup_t *
ngx_http_scopestack_new_lookup(ngx_http_request_t *r,
    ngx_http_scopestack_ctx_t *ctx, ngx_http_scopestack_loc_conf_t *slcf,
    ss_str_t authorization)
{
    ngx_http_cleanup_t               *cln;
    ngx_http_scopestack_lookup_t     *lookup;
    ngx_http_scopestack_main_conf_t  *smcf;

    lookup = ngx_pcalloc(r->pool, sizeof(ngx_http_scopestack_lookup_t));
    if (lookup == NULL) {
        return NULL;
    }

    if (ss_account_key(authorization,
                       ngx_http_scopestack_str(&slcf->lookup_place),
                       &ctx->mem, (char *) lookup->key)
        != SS_OK)
    {
        return NULL;
    }

    cln = ngx_http_cleanup_add(r, 0);
    if (cln == NULL) {
        return NULL;
    }

    cln->handler = ngx_http_scopestack_lookup_cleanup;
    cln->data = lookup;

    smcf = ngx_http_get_module_main_conf(r, ngx_http_scopestack_module);

    lookup->request = r;
    lookup->ctx = ctx;
    lookup->zone = smcf->zone;
    lookup->authorization.data = (u_char *) authorization.data;
    lookup->authorization.len = authorization.len;
    lookup->deadline = ngx_current_msec + slcf->lookup_wait;

    return lookup;
}


/* as limit_req waits: the client is watched, its body is not read */

static ngx_int_t
ngx_http_scopestack_wait(ngx_http_request_t *r, ngx_msec_t time)
{
    if (r->connection->read->ready) {
        ngx_post_event(r->connection->read, &ngx_posted_events);

    } else if (ngx_handle_read_event(r->connection->read, 0) != NGX_OK) {
        return NGX_ERROR;
    }

    r->read_event_handler = ngx_http_test_reading;
    r->write_event_handler = ngx_http_scopestack_wait_handler;

    r->connection->write->delayed = 1;
    ngx_add_timer(r->connection->write, time);

    return NGX_OK;
}


static void
ngx_http_scopestack_wait_handler(ngx_http_request_t *r)
{
    ngx_event_t  *wev;

    wev = r->connection->write;

    if (wev->delayed) {

        if (ngx_handle_write_event(wev, 0) != NGX_OK) {
            ngx_http_finalize_request(r, NGX_HTTP_INTERNAL_SERVER_ERROR);
        }

        return;
    }

    if (ngx_handle_read_event(r->connection->read, 0) != NGX_OK) {
        ngx_http_finalize_request(r, NGX_HTTP_INTERNAL_SERVER_ERROR);
        return;
    }

    r->read_event_handler = ngx_http_block_reading;
    r->write_event_handler = ngx_http_core_run_phases;

    ngx_http_core_run_phases(r);
}


void
ngx_http_scopestack_lookup_wake(ngx_http_scopestack_lookup_t *lookup)
{
    ngx_event_t         *wev;
    ngx_http_request_t  *r;

    r = lookup->request;

    if (r == NULL
        || r->write_event_handler != ngx_http_scopestack_wait_handler)
    {
        return;
    }

    wev = r->connection->write;
    wev->delayed = 0;

    if (wev->timer_set) {
        ngx_del_timer(wev);
    }

    ngx_post_event(wev, &ngx_posted_events);
}


/* NGX_AGAIN: the answer is waited for, for the time that is left */

static ngx_int_t
ngx_http_scopestack_await(ngx_http_request_t *r,
    ngx_http_scopestack_lookup_t *lookup)
{
    ngx_msec_int_t  left;

    left = (ngx_msec_int_t) (lookup->deadline - ngx_current_msec);

    if (left > 0) {

        /* the end of a subrequest of its own is reported */

        if (!lookup->asking) {
            left = ngx_min(left, NGX_HTTP_SCOPESTACK_POLL);
        }

        if (ngx_http_scopestack_wait(r, (ngx_msec_t) left) == NGX_OK) {
            return NGX_AGAIN;
        }
    }

    ngx_log_error(NGX_LOG_WARN, r->connection->log, 0,
                  "scopestack: the lookup of the account takes longer than "
                  "scopestack_lookup_wait, the request goes on without one");

    lookup->settled = 1;

    return NGX_OK;
}


static ngx_int_t
ngx_http_scopestack_ask(ngx_http_request_t *r,
    ngx_http_scopestack_lookup_t *lookup)
{
    size_t                           len;
    ngx_int_t                        rc;
    ss_str_t                         none;
    ngx_http_scopestack_loc_conf_t  *slcf;

    rc = ngx_http_scopestack_zone_get(lookup->zone, lookup->key,
                                      lookup->account, &len);

    if (rc == NGX_BUSY) {
        return ngx_http_scopestack_await(r, lookup);
    }

    /* where it is asked for anew, in case that this takes too long */

    lookup->ctx->request.known_account.data = lookup->account;
    lookup->ctx->request.known_account.len = len;

    if (rc == NGX_OK) {
        lookup->settled = 1;
        return NGX_OK;
    }

    slcf = ngx_http_get_module_loc_conf(r, ngx_http_scopestack_module);

    lookup->asking = 1;

    if (ngx_http_scopestack_lookup_start(r, &slcf->lookup, lookup) == NGX_OK) {
        return ngx_http_scopestack_await(r, lookup);
    }

    ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                  "scopestack: the lookup of the account could not begin");

    ngx_memzero(&none, sizeof(ss_str_t));
    ngx_http_scopestack_zone_put(lookup->zone, lookup->key, none, 1);

    lookup->asking = 0;
    lookup->settled = 1;

    return NGX_OK;
}


ngx_int_t
ngx_http_scopestack_lookup(ngx_http_request_t *r,
    ngx_http_scopestack_ctx_t *ctx)
{
    ss_str_t                         authorization;
    ngx_http_scopestack_lookup_t    *lookup;
    ngx_http_scopestack_loc_conf_t  *slcf;

    lookup = ctx->lookup;

    if (lookup == NULL) {
        slcf = ngx_http_get_module_loc_conf(r, ngx_http_scopestack_module);

        if (!ss_wants_account(slcf->engine, &ctx->request, &ctx->mem,
                              &authorization))
        {
            return NGX_OK;
        }

        lookup = ngx_http_scopestack_new_lookup(r, ctx, slcf, authorization);
        if (lookup == NULL) {
            return NGX_OK;
        }

        ctx->lookup = lookup;
    }

    if (lookup->settled) {
        return NGX_OK;
    }

    return lookup->asking ? ngx_http_scopestack_await(r, lookup)
                          : ngx_http_scopestack_ask(r, lookup);
}


char *
ngx_http_scopestack_set_lookup(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_scopestack_loc_conf_t *slcf = conf;

    ngx_str_t  *value;

    if (slcf->lookup.data != NULL) {
        return "is duplicate";
    }

    value = cf->args->elts;

    slcf->lookup = value[1];
    slcf->lookup_file = cf->conf_file->file.name;
    slcf->lookup_line = cf->conf_file->line;

    if (ngx_strcmp(value[1].data, "off") == 0) {
        slcf->lookup.len = 0;
        return NGX_CONF_OK;
    }

    if (value[1].data[0] != '/' || strpbrk((char *) value[1].data, "?$") != NULL) {
        return "wants a path, without query and variables, or \"off\"";
    }

    return NGX_CONF_OK;
}


/* the same uri may be another location in another server */

static ngx_int_t
ngx_http_scopestack_set_place(ngx_conf_t *cf,
    ngx_http_scopestack_loc_conf_t *conf)
{
    u_char                    *p;
    size_t                     len;
    ngx_http_core_srv_conf_t  *cscf;

    cscf = ngx_http_conf_get_module_srv_conf(cf, ngx_http_core_module);

    len = cscf->file_name ? ngx_strlen(cscf->file_name) : 0;

    p = ngx_pnalloc(cf->pool, conf->lookup.len + len + 2 + NGX_INT_T_LEN);
    if (p == NULL) {
        return NGX_ERROR;
    }

    conf->lookup_place.data = p;
    conf->lookup_place.len = ngx_sprintf(p, "%V %*s:%ui", &conf->lookup, len,
                                         cscf->file_name, cscf->line)
                             - p;

    return NGX_OK;
}


char *
ngx_http_scopestack_merge_lookup(ngx_conf_t *cf,
    ngx_http_scopestack_loc_conf_t *prev, ngx_http_scopestack_loc_conf_t *conf)
{
    ngx_http_scopestack_main_conf_t  *smcf;

    ngx_conf_merge_msec_value(conf->lookup_wait, prev->lookup_wait, 1000);

    if (conf->lookup.data == NULL) {
        conf->lookup = prev->lookup;
        conf->lookup_file = prev->lookup_file;
        conf->lookup_line = prev->lookup_line;
    }

    if (conf->lookup.len == 0) {
        return NGX_CONF_OK;
    }

    smcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_scopestack_module);

    if (smcf->zone) {
        return ngx_http_scopestack_set_place(cf, conf) == NGX_OK
               ? NGX_CONF_OK : NGX_CONF_ERROR;
    }

    /* the zone might have come behind it: known at the end of http only */

    ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                  "scopestack_lookup needs a scopestack_zone in %V:%ui",
                  &conf->lookup_file, conf->lookup_line);

    return NGX_CONF_ERROR;
}
