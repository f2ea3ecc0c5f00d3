
/*
 * nginx keeps the value of an indexed variable for as long as the request
 * lasts. What "if", "set", "map" or auth_request has read before the check is
 * not what leaves behind it: values made of what has changed are forgotten, so
 * that whoever asks next has them made anew.
 *
 * Values that the operator's own variables were given ("set", "map") stay.
 */


#include "ngx_http_scopestack.h"


/* beside what a variable is made of: it may also be "set" */
#define NGX_HTTP_SCOPESTACK_SET  0x100


typedef struct {
    ngx_str_t                   name;
    ngx_uint_t                  of;
} ngx_http_scopestack_made_t;


typedef struct {
    ngx_uint_t                  index;
    ngx_uint_t                  of;
} ngx_http_scopestack_flushed_t;


/*
 * What nginx's variables are made of. Those that are marked as not cacheable
 * are not here, such as $uri and $args: whoever reads them makes them anew.
 */

static ngx_http_scopestack_made_t  ngx_http_scopestack_made[] = {
    { ngx_string("request_uri"), NGX_HTTP_SCOPESTACK_TARGET },
    { ngx_string("request"), NGX_HTTP_SCOPESTACK_LINE },
    { ngx_string("content_type"), NGX_HTTP_SCOPESTACK_HEADERS },
    { ngx_string("content_length"), NGX_HTTP_SCOPESTACK_HEADERS },
    { ngx_string("request_body"), NGX_HTTP_SCOPESTACK_BODY },
    { ngx_string("request_body_file"), NGX_HTTP_SCOPESTACK_BODY },
    { ngx_null_string, 0 }
};


static ngx_str_t  ngx_http_scopestack_http_prefix = ngx_string("http_");


/*
 * A variable of a request header that the operator has defined is found by its
 * name, unlike nginx's. One that "map" and the like make is not nginx's at all;
 * one that is "set" somewhere is nginx's until then.
 */

static ngx_uint_t
ngx_http_scopestack_made_of_header(ngx_http_core_main_conf_t *cmcf,
    ngx_str_t *name)
{
    ngx_http_variable_t  *v;

    v = ngx_hash_find(&cmcf->variables_hash,
                      ngx_hash_key(name->data, name->len),
                      name->data, name->len);

    if (v == NULL) {
        return NGX_HTTP_SCOPESTACK_HEADERS;
    }

    return (v->flags & NGX_HTTP_VAR_WEAK)
           ? NGX_HTTP_SCOPESTACK_HEADERS|NGX_HTTP_SCOPESTACK_SET : 0;
}


static ngx_uint_t
ngx_http_scopestack_made_of(ngx_http_core_main_conf_t *cmcf, ngx_str_t *name)
{
    ngx_http_scopestack_made_t  *made;

    for (made = ngx_http_scopestack_made; made->name.len; made++) {
        if (made->name.len == name->len
            && ngx_strncmp(made->name.data, name->data, name->len) == 0)
        {
            return made->of;
        }
    }

    if (ngx_http_scopestack_http_prefix.len < name->len
        && ngx_strncmp(ngx_http_scopestack_http_prefix.data, name->data,
                       ngx_http_scopestack_http_prefix.len)
           == 0)
    {
        return ngx_http_scopestack_made_of_header(cmcf, name);
    }

    return 0;
}


/* all modules have asked for their indexes by now */

ngx_int_t
ngx_http_scopestack_init_flush(ngx_cycle_t *cycle)
{
    ngx_uint_t                        i, of;
    ngx_http_variable_t              *v;
    ngx_http_core_main_conf_t        *cmcf;
    ngx_http_scopestack_flushed_t    *f;
    ngx_http_scopestack_main_conf_t  *smcf;

    smcf = ngx_http_cycle_get_module_main_conf(cycle,
                                               ngx_http_scopestack_module);
    if (smcf == NULL) {
        return NGX_OK;
    }

    if (ngx_array_init(&smcf->flushed, cycle->pool, 8,
                       sizeof(ngx_http_scopestack_flushed_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    cmcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_core_module);
    v = cmcf->variables.elts;

    for (i = 0; i < cmcf->variables.nelts; i++) {

        of = ngx_http_scopestack_made_of(cmcf, &v[i].name);
        if (of == 0) {
            continue;
        }

        f = ngx_array_push(&smcf->flushed);
        if (f == NULL) {
            return NGX_ERROR;
        }

        f->index = i;
        f->of = of;
    }

    return NGX_OK;
}


/* a value that nginx would not give now is one that was set */

static ngx_uint_t
ngx_http_scopestack_was_set(ngx_http_request_t *r, ngx_uint_t index)
{
    ngx_http_variable_t        *v;
    ngx_http_variable_value_t  *kept, now;
    ngx_http_core_main_conf_t  *cmcf;

    kept = &r->variables[index];

    if (!kept->valid) {
        return 0;
    }

    cmcf = ngx_http_get_module_main_conf(r, ngx_http_core_module);
    v = cmcf->variables.elts;

    ngx_memzero(&now, sizeof(ngx_http_variable_value_t));

    return v[index].get_handler(r, &now, v[index].data) != NGX_OK
           || !now.valid
           || now.len != kept->len
           || ngx_memcmp(now.data, kept->data, now.len) != 0;
}


void
ngx_http_scopestack_flush(ngx_http_request_t *r, ngx_uint_t of)
{
    ngx_uint_t                        i;
    ngx_http_scopestack_flushed_t    *f;
    ngx_http_scopestack_main_conf_t  *smcf;

    smcf = ngx_http_get_module_main_conf(r, ngx_http_scopestack_module);

    f = smcf->flushed.elts;

    for (i = 0; i < smcf->flushed.nelts; i++) {

        if (!(f[i].of & of)
            || ((f[i].of & NGX_HTTP_SCOPESTACK_SET)
                && ngx_http_scopestack_was_set(r, f[i].index)))
        {
            continue;
        }

        r->variables[f[i].index].valid = 0;
        r->variables[f[i].index].not_found = 0;
    }
}


#if (NGX_PCRE)

/* $1 and the like are those of the location's regex: nothing has matched since,
   neither "if" nor "rewrite" */

static ngx_uint_t
ngx_http_scopestack_captured_here(ngx_http_request_t *r,
    ngx_http_regex_t *regex)
{
    int         *kept;
    size_t       size;
    ngx_uint_t   n, same;

    n = r->ncaptures;
    size = n * sizeof(int);

    kept = ngx_palloc(r->pool, size);
    if (kept == NULL) {
        return 0;
    }

    ngx_memcpy(kept, r->captures, size);

    same = ngx_http_regex_exec(r, regex, &r->uri) == NGX_OK
           && r->ncaptures == n
           && ngx_memcmp(r->captures, kept, size) == 0;

    if (!same) {
        r->ncaptures = n;
        ngx_memcpy(r->captures, kept, size);
    }

    return same;
}

#endif


void
ngx_http_scopestack_recapture(ngx_http_request_t *r, ngx_str_t *uri)
{
#if (NGX_PCRE)
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    /* without captures that anybody asks for, nginx counts some all the same */

    if (clcf->regex == NULL
        || clcf->regex->ncaptures == 0
        || r->captures == NULL
        || r->ncaptures == 0
        || r->captures_data != r->uri.data
        || ngx_regex_exec(clcf->regex->regex, uri, NULL, 0) < 0
        || !ngx_http_scopestack_captured_here(r, clcf->regex))
    {
        return;
    }

    (void) ngx_http_regex_exec(r, clcf->regex, uri);
#endif
}
