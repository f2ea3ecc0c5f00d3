
/*
 * Copies of our headers that the upstream sent are not ours. They may come with
 * the answer, before it (103), or behind it, as trailers.
 */


#include "ngx_http_scopestack.h"


#if (nginx_version >= 1029000)
static ngx_http_output_header_filter_pt  ngx_http_next_early_hints_filter;
#endif


static ngx_uint_t
ngx_http_scopestack_strips(ngx_http_request_t *r)
{
    ngx_http_scopestack_loc_conf_t  *slcf;

    if (r != r->main) {
        return 0;
    }

    slcf = ngx_http_get_module_loc_conf(r, ngx_http_scopestack_module);

    return slcf->mode != SS_MODE_OFF || ngx_http_scopestack_get_ctx(r) != NULL;
}


void
ngx_http_scopestack_strip(ngx_list_t *list)
{
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    for (part = &list->part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {
            if (h[i].hash && ngx_http_scopestack_own_header(&h[i].key)) {
                h[i].hash = 0;
            }
        }
    }
}


void
ngx_http_scopestack_strip_trailers(ngx_http_request_t *r)
{
    if (ngx_http_scopestack_strips(r)) {
        ngx_http_scopestack_strip(&r->headers_out.trailers);
    }
}


#if (nginx_version >= 1029000)

static ngx_int_t
ngx_http_scopestack_early_hints_filter(ngx_http_request_t *r)
{
    if (ngx_http_scopestack_strips(r)) {
        ngx_http_scopestack_strip(&r->headers_out.headers);
    }

    return ngx_http_next_early_hints_filter(r);
}

#endif


void
ngx_http_scopestack_strip_init(void)
{
#if (nginx_version >= 1029000)
    ngx_http_next_early_hints_filter = ngx_http_top_early_hints_filter;
    ngx_http_top_early_hints_filter = ngx_http_scopestack_early_hints_filter;
#endif
}
