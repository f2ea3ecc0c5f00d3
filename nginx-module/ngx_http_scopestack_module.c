
/*
 * The directives, their merging, and the places in nginx where the module
 * hooks in.
 */


#include "ngx_http_scopestack.h"


typedef struct {
    ngx_str_t                   path;
    ss_engine_t                *engine;
} ngx_http_scopestack_engine_t;


static void *ngx_http_scopestack_create_main_conf(ngx_conf_t *cf);
static char *ngx_http_scopestack_init_main_conf(ngx_conf_t *cf, void *conf);
static void *ngx_http_scopestack_create_loc_conf(ngx_conf_t *cf);
static char *ngx_http_scopestack_merge_loc_conf(ngx_conf_t *cf, void *parent,
    void *child);
static char *ngx_http_scopestack_rules_file(ngx_conf_t *cf,
    ngx_command_t *cmd, void *conf);
static ngx_int_t ngx_http_scopestack_init(ngx_conf_t *cf);
static ngx_int_t ngx_http_scopestack_header_filter(ngx_http_request_t *r);


static ngx_conf_enum_t  ngx_http_scopestack_modes[] = {
    { ngx_string("off"), SS_MODE_OFF },
    { ngx_string("observe"), SS_MODE_OBSERVE },
    { ngx_string("enforce"), SS_MODE_ENFORCE },
    { ngx_null_string, 0 }
};


static ngx_conf_enum_t  ngx_http_scopestack_explains[] = {
    { ngx_string("off"), NGX_HTTP_SCOPESTACK_EXPLAIN_OFF },
    { ngx_string("header"), NGX_HTTP_SCOPESTACK_EXPLAIN_HEADER },
    { ngx_string("body"), NGX_HTTP_SCOPESTACK_EXPLAIN_BODY },
    { ngx_null_string, 0 }
};


#define NGX_HTTP_SCOPESTACK_ANYWHERE                                          \
    (NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1)


static ngx_command_t  ngx_http_scopestack_commands[] = {

    { ngx_string("scopestack"),
      NGX_HTTP_SCOPESTACK_ANYWHERE,
      ngx_conf_set_enum_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_scopestack_loc_conf_t, mode),
      &ngx_http_scopestack_modes },

    { ngx_string("scopestack_rules_file"),
      NGX_HTTP_SCOPESTACK_ANYWHERE,
      ngx_http_scopestack_rules_file,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("scopestack_account"),
      NGX_HTTP_SCOPESTACK_ANYWHERE,
      ngx_http_set_complex_value_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_scopestack_loc_conf_t, account),
      NULL },

    { ngx_string("scopestack_team"),
      NGX_HTTP_SCOPESTACK_ANYWHERE,
      ngx_http_set_complex_value_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_scopestack_loc_conf_t, team),
      NULL },

    { ngx_string("scopestack_max_body"),
      NGX_HTTP_SCOPESTACK_ANYWHERE,
      ngx_conf_set_size_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_scopestack_loc_conf_t, max_body),
      NULL },

    { ngx_string("scopestack_explain"),
      NGX_HTTP_SCOPESTACK_ANYWHERE,
      ngx_conf_set_enum_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_scopestack_loc_conf_t, explain),
      &ngx_http_scopestack_explains },

    { ngx_string("scopestack_zone"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE123,
      ngx_http_scopestack_set_zone,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("scopestack_lookup"),
      NGX_HTTP_SCOPESTACK_ANYWHERE,
      ngx_http_scopestack_set_lookup,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("scopestack_lookup_wait"),
      NGX_HTTP_SCOPESTACK_ANYWHERE,
      ngx_conf_set_msec_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_scopestack_loc_conf_t, lookup_wait),
      NULL },

      ngx_null_command
};


static ngx_http_module_t  ngx_http_scopestack_module_ctx = {
    ngx_http_scopestack_add_variables,     /* preconfiguration */
    ngx_http_scopestack_init,              /* postconfiguration */

    ngx_http_scopestack_create_main_conf,  /* create main configuration */
    ngx_http_scopestack_init_main_conf,    /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    ngx_http_scopestack_create_loc_conf,   /* create location configuration */
    ngx_http_scopestack_merge_loc_conf     /* merge location configuration */
};


ngx_module_t  ngx_http_scopestack_module = {
    NGX_MODULE_V1,
    &ngx_http_scopestack_module_ctx,       /* module context */
    ngx_http_scopestack_commands,          /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    ngx_http_scopestack_init_flush,        /* init module */
    NULL,                                  /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    NULL,                                  /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


static ngx_http_output_header_filter_pt  ngx_http_next_header_filter;


static ngx_int_t
ngx_http_scopestack_header_filter(ngx_http_request_t *r)
{
    ngx_http_scopestack_ctx_t       *ctx;
    ngx_http_scopestack_loc_conf_t  *slcf;

    slcf = ngx_http_get_module_loc_conf(r, ngx_http_scopestack_module);
    ctx = NULL;

    if (r == r->main) {
        ctx = ngx_http_scopestack_get_ctx(r);
    }

    if (ctx == NULL && (r != r->main || slcf->mode == SS_MODE_OFF)) {
        return ngx_http_next_header_filter(r);
    }

    if (ngx_http_scopestack_add_headers(r, ctx) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_next_header_filter(r);
}


static void
ngx_http_scopestack_log_errors(ngx_conf_t *cf, ss_str_t errors)
{
    u_char  *p, *last, *line;

    /* a line of its own for each, so that the caret stays below its column */

    p = (u_char *) errors.data;
    last = p + errors.len;

    while (p < last) {
        line = p;
        while (p < last && *p != '\n') {
            p++;
        }

        ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "scopestack: %*s",
                      (size_t) (p - line), line);
        p++;
    }
}


static ss_engine_t *
ngx_http_scopestack_load(ngx_conf_t *cf, ngx_str_t *path)
{
    int                               rc;
    ss_mem_t                          mem;
    ss_str_t                          errors;
    ngx_uint_t                        i;
    ss_engine_t                      *engine;
    ngx_http_scopestack_engine_t     *e;
    ngx_http_scopestack_main_conf_t  *smcf;

    smcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_scopestack_module);

    e = smcf->engines.elts;
    for (i = 0; i < smcf->engines.nelts; i++) {
        if (e[i].path.len == path->len
            && ngx_strncmp(e[i].path.data, path->data, path->len) == 0)
        {
            return e[i].engine;
        }
    }

    /* the cycle's pool goes with the cycle: reloads do not add up */

    mem = ngx_http_scopestack_mem(cf->pool);

    rc = ss_engine_load(&engine, (char *) path->data, &mem, &errors);

    if (rc == SS_ERR_CONFIG) {
        ngx_http_scopestack_log_errors(cf, errors);
    }

    if (rc != SS_OK) {
        return NULL;
    }

    e = ngx_array_push(&smcf->engines);
    if (e == NULL) {
        return NULL;
    }

    e->path = *path;
    e->engine = engine;

    return engine;
}


static char *
ngx_http_scopestack_rules_file(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_scopestack_loc_conf_t  *slcf = conf;

    ngx_str_t  *value;

    if (slcf->engine != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (ngx_conf_full_name(cf->cycle, &value[1], 1) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    slcf->engine = ngx_http_scopestack_load(cf, &value[1]);
    if (slcf->engine == NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "scopestack rules file \"%V\" is not usable",
                           &value[1]);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static void *
ngx_http_scopestack_create_main_conf(ngx_conf_t *cf)
{
    ngx_http_scopestack_main_conf_t  *smcf;

    smcf = ngx_pcalloc(cf->pool, sizeof(ngx_http_scopestack_main_conf_t));
    if (smcf == NULL) {
        return NULL;
    }

    if (ngx_array_init(&smcf->engines, cf->pool, 4,
                       sizeof(ngx_http_scopestack_engine_t))
        != NGX_OK)
    {
        return NULL;
    }

    return smcf;
}


static char *
ngx_http_scopestack_init_main_conf(ngx_conf_t *cf, void *conf)
{
    ngx_http_scopestack_main_conf_t  *smcf = conf;

    ss_mem_t  mem;

    mem = ngx_http_scopestack_mem(cf->pool);

    if (ss_engine_default(&smcf->builtin, &mem) != SS_OK) {
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static void *
ngx_http_scopestack_create_loc_conf(ngx_conf_t *cf)
{
    ngx_http_scopestack_loc_conf_t  *slcf;

    slcf = ngx_palloc(cf->pool, sizeof(ngx_http_scopestack_loc_conf_t));
    if (slcf == NULL) {
        return NULL;
    }

    slcf->mode = NGX_CONF_UNSET_UINT;
    slcf->explain = NGX_CONF_UNSET_UINT;
    slcf->max_body = NGX_CONF_UNSET_SIZE;
    slcf->engine = NGX_CONF_UNSET_PTR;
    slcf->account = NGX_CONF_UNSET_PTR;
    slcf->team = NGX_CONF_UNSET_PTR;
    ngx_str_null(&slcf->lookup);
    ngx_str_null(&slcf->lookup_file);
    slcf->lookup_line = 0;
    ngx_str_null(&slcf->lookup_place);
    slcf->lookup_wait = NGX_CONF_UNSET_MSEC;

    return slcf;
}


/* what a directive says may be a secret that was put in the wrong place */

static ngx_str_t
ngx_http_scopestack_shown(ngx_conf_t *cf, ngx_str_t *value)
{
    ss_mem_t   mem;
    ss_str_t   text;
    ngx_str_t  shown;

    ngx_str_set(&shown, "***");
    mem = ngx_http_scopestack_mem(cf->temp_pool);

    if (ss_redact_text(ngx_http_scopestack_str(value), &mem, &text) == SS_OK) {
        shown.data = (u_char *) text.data;
        shown.len = text.len;
    }

    return shown;
}


/* what has variables in it is only known with a request */

static char *
ngx_http_scopestack_check_names(ngx_conf_t *cf,
    ngx_http_scopestack_loc_conf_t *conf, ss_engine_t *builtin)
{
    ngx_str_t   *name, shown;
    const char  *why;

    if (conf->mode == SS_MODE_OFF) {
        return NGX_CONF_OK;
    }

    if (conf->account && conf->account->lengths == NULL) {
        name = &conf->account->value;

        why = name->len ? ss_account_problem(ngx_http_scopestack_str(name))
                        : NULL;

        if (why) {
            shown = ngx_http_scopestack_shown(cf, name);
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "scopestack_account \"%V\" is no account "
                               "slug: %s", &shown, why);
            return NGX_CONF_ERROR;
        }
    }

    /* the built-in rules have no teams: a place below may name a file */

    if (conf->team && conf->team->lengths == NULL && conf->engine != builtin) {
        name = &conf->team->value;

        if (name->len
            && !ss_engine_has_team(conf->engine,
                                   ngx_http_scopestack_str(name)))
        {
            shown = ngx_http_scopestack_shown(cf, name);
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "scopestack_team \"%V\": the rules file has "
                               "no team of that name", &shown);
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_scopestack_merge_loc_conf(ngx_conf_t *cf, void *parent, void *child)
{
    ngx_http_scopestack_loc_conf_t  *prev = parent;
    ngx_http_scopestack_loc_conf_t  *conf = child;

    ngx_http_scopestack_main_conf_t  *smcf;

    smcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_scopestack_module);

    ngx_conf_merge_uint_value(conf->mode, prev->mode, SS_MODE_OFF);
    ngx_conf_merge_uint_value(conf->explain, prev->explain,
                              NGX_HTTP_SCOPESTACK_EXPLAIN_HEADER);
    ngx_conf_merge_size_value(conf->max_body, prev->max_body, 0);
    ngx_conf_merge_ptr_value(conf->engine, prev->engine, smcf->builtin);
    ngx_conf_merge_ptr_value(conf->account, prev->account, NULL);
    ngx_conf_merge_ptr_value(conf->team, prev->team, NULL);

    if (ngx_http_scopestack_merge_lookup(cf, prev, conf) != NGX_CONF_OK) {
        return NGX_CONF_ERROR;
    }

    return ngx_http_scopestack_check_names(cf, conf, smcf->builtin);
}


static ngx_int_t
ngx_http_scopestack_init(ngx_conf_t *cf)
{
    ngx_http_handler_pt              *h;
    ngx_http_core_main_conf_t        *cmcf;
    ngx_http_scopestack_main_conf_t  *smcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    h = ngx_array_push(&cmcf->phases[NGX_HTTP_REWRITE_PHASE].handlers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    *h = ngx_http_scopestack_rewrite_handler;

    /* behind the access phase, and before mirror and try_files: handlers
       that come later run first */

    h = ngx_array_push(&cmcf->phases[NGX_HTTP_PRECONTENT_PHASE].handlers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    *h = ngx_http_scopestack_precontent_handler;

    smcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_scopestack_module);

    if (smcf->zone) {
        ngx_http_scopestack_lookup_init();
    }

    ngx_http_scopestack_explain_init();
    ngx_http_scopestack_strip_init();

    ngx_http_next_header_filter = ngx_http_top_header_filter;
    ngx_http_top_header_filter = ngx_http_scopestack_header_filter;

    return NGX_OK;
}
