
/*
 * The variables. Where a request belongs is known from the start; what was
 * found is known behind the check.
 */


#include "ngx_http_scopestack.h"


typedef ngx_int_t (*ngx_http_scopestack_variable_pt)(
    ngx_http_request_t *r, ngx_http_scopestack_ctx_t *ctx, ss_mem_t *mem,
    ss_str_t *value);


typedef struct {
    ngx_str_t                         name;
    ngx_http_scopestack_variable_pt   get;
} ngx_http_scopestack_variable_t;


static ngx_int_t ngx_http_scopestack_route_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_scopestack_result_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);


static ss_str_t
ngx_http_scopestack_cstr(const char *s)
{
    ss_str_t  str;

    str.data = (const uint8_t *) s;
    str.len = ngx_strlen(s);

    return str;
}


static ngx_int_t
ngx_http_scopestack_get_verdict(ngx_http_request_t *r,
    ngx_http_scopestack_ctx_t *ctx, ss_mem_t *mem, ss_str_t *value)
{
    *value = ngx_http_scopestack_cstr(ss_verdict_name(ctx->result.verdict));
    return NGX_OK;
}


static ngx_int_t
ngx_http_scopestack_get_rules(ngx_http_request_t *r,
    ngx_http_scopestack_ctx_t *ctx, ss_mem_t *mem, ss_str_t *value)
{
    return ss_result_rules(&ctx->result, ',', mem, value) == SS_OK ? NGX_OK
                                                                   : NGX_ERROR;
}


static ngx_int_t
ngx_http_scopestack_get_findings(ngx_http_request_t *r,
    ngx_http_scopestack_ctx_t *ctx, ss_mem_t *mem, ss_str_t *value)
{
    return ss_result_json(&ctx->result, mem, value) == SS_OK ? NGX_OK
                                                             : NGX_ERROR;
}


static ngx_int_t
ngx_http_scopestack_get_account(ngx_http_request_t *r,
    ngx_http_scopestack_ctx_t *ctx, ss_mem_t *mem, ss_str_t *value)
{
    *value = ctx->result.account;
    return NGX_OK;
}


static ngx_int_t
ngx_http_scopestack_get_team(ngx_http_request_t *r,
    ngx_http_scopestack_ctx_t *ctx, ss_mem_t *mem, ss_str_t *value)
{
    *value = ctx->result.team;
    return NGX_OK;
}


static ngx_http_scopestack_variable_t  ngx_http_scopestack_results[] = {
    { ngx_string("scopestack_verdict"), ngx_http_scopestack_get_verdict },
    { ngx_string("scopestack_rules"), ngx_http_scopestack_get_rules },
    { ngx_string("scopestack_findings"), ngx_http_scopestack_get_findings },
    { ngx_string("scopestack_causes"), ngx_http_scopestack_get_causes },
    { ngx_string("scopestack_account"), ngx_http_scopestack_get_account },
    { ngx_string("scopestack_team"), ngx_http_scopestack_get_team },
};


typedef enum {
    NGX_HTTP_SCOPESTACK_HOST,
    NGX_HTTP_SCOPESTACK_SCHEME,
    NGX_HTTP_SCOPESTACK_KIND
} ngx_http_scopestack_route_e;


static ngx_str_t  ngx_http_scopestack_routes[] = {
    ngx_string("scopestack_host"),
    ngx_string("scopestack_scheme"),
    ngx_string("scopestack_kind"),
};


static void
ngx_http_scopestack_set_value(ngx_http_variable_value_t *v, ss_str_t value)
{
    v->data = (u_char *) (uintptr_t) value.data;
    v->len = value.len;
    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = value.len == 0;
}


static ngx_int_t
ngx_http_scopestack_route_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ss_route_t                       route;
    ss_request_t                     request;
    ngx_http_scopestack_ctx_t       *ctx;
    ngx_http_scopestack_loc_conf_t  *slcf;

    ctx = ngx_http_scopestack_get_ctx(r->main);

    if (ctx && ctx->checked && r == r->main
        && ctx->result.route.host.len)
    {
        route = ctx->result.route;

    } else {
        slcf = ngx_http_get_module_loc_conf(r, ngx_http_scopestack_module);

        ngx_memzero(&request, sizeof(ss_request_t));

        if (ngx_http_scopestack_read_target(r, &request) != NGX_OK) {
            return NGX_ERROR;
        }

        ss_route(slcf->engine, &request, &route);
    }

    switch (data) {

    case NGX_HTTP_SCOPESTACK_HOST:
        ngx_http_scopestack_set_value(v, route.host);
        break;

    case NGX_HTTP_SCOPESTACK_SCHEME:
        ngx_http_scopestack_set_value(v, route.scheme);
        break;

    default: /* NGX_HTTP_SCOPESTACK_KIND */
        ngx_http_scopestack_set_value(v,
                          ngx_http_scopestack_cstr(ss_kind_name(route.kind)));
        break;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_scopestack_result_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ss_mem_t                         mem;
    ss_str_t                         value;
    ngx_http_scopestack_ctx_t       *ctx;
    ngx_http_scopestack_variable_t  *var;

    ctx = ngx_http_scopestack_get_ctx(r->main);

    if (ctx == NULL || !ctx->checked) {
        v->not_found = 1;
        return NGX_OK;
    }

    var = (ngx_http_scopestack_variable_t *) data;
    mem = ngx_http_scopestack_mem(r->pool);

    if (var->get(r->main, ctx, &mem, &value) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_http_scopestack_set_value(v, value);

    return NGX_OK;
}


static ngx_int_t
ngx_http_scopestack_add_variable(ngx_conf_t *cf, ngx_str_t *name,
    ngx_http_get_variable_pt get, uintptr_t data)
{
    ngx_http_variable_t  *var;

    /* the same question may be asked again behind the check */

    var = ngx_http_add_variable(cf, name, NGX_HTTP_VAR_NOCACHEABLE);
    if (var == NULL) {
        return NGX_ERROR;
    }

    var->get_handler = get;
    var->data = data;

    return NGX_OK;
}


ngx_int_t
ngx_http_scopestack_add_variables(ngx_conf_t *cf)
{
    ngx_uint_t                       i;
    ngx_http_scopestack_variable_t  *var;

    for (i = 0; i < 3; i++) {
        if (ngx_http_scopestack_add_variable(cf,
                                         &ngx_http_scopestack_routes[i],
                                         ngx_http_scopestack_route_variable, i)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    for (i = 0;
         i < sizeof(ngx_http_scopestack_results)
             / sizeof(ngx_http_scopestack_results[0]);
         i++)
    {
        var = &ngx_http_scopestack_results[i];

        if (ngx_http_scopestack_add_variable(cf, &var->name,
                                         ngx_http_scopestack_result_variable,
                                         (uintptr_t) var)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}
