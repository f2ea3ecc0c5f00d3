/*
 * lint_postman_auth.c: what Postman's Authorization tab does: the headers and
 * parameters that it adds, and the token request of its OAuth 2.0 helper.
 */

#include "tools/lint/lint_postman.h"

/* --- attributes --------------------------------------------------------- */

static ss_str_t
type_of(const postman_t *postman, node_t auth)
{
    return json_member_text(postman->doc, auth, "type");
}

/* Attributes are a list of {key, value}; v2.0 had them as members. */
static node_t
attribute_node(const postman_t *postman, node_t auth, const char *key)
{
    char type[32] = "";
    ss_str_t name = type_of(postman, auth);
    json_each_t each;
    node_t list, item;

    for (size_t i = 0; i < name.len && i < sizeof(type) - 1; i++) {
        type[i] = (char) name.data[i];
    }

    list = json_member(postman->doc, auth, type);
    each = json_each(list);
    while (json_next(postman->doc, &each, &item)) {
        if (str_is(json_member_text(postman->doc, item, "key"), key)) {
            return json_member(postman->doc, item, "value");
        }
    }

    return json_member(postman->doc, list, key);
}

static ss_str_t
attribute(postman_t *postman, node_t auth, const char *key)
{
    return postman_text(postman, json_text(attribute_node(postman, auth, key)));
}

/* Exports often leave values out; they are there when it is sent. */
static ss_str_t
given(postman_t *postman, node_t auth, const char *key, const char *otherwise)
{
    ss_str_t value = attribute(postman, auth, key);

    return value.len > 0 ? vars_replace(value, UNKNOWN, &postman->lint->tmp)
                         : str_of(otherwise);
}

/* --- what it adds to a request ------------------------------------------ */

/* A header that was typed is no longer where this one comes from. */
static void
move_parts(postman_t *postman, node_t auth)
{
    for (size_t i = 0; i < postman->call.part_count; i++) {
        part_t *part = &postman->call.parts[i];

        if (str_is(str_of(part->what), "header")
            && str_is_nocase(part->name, "Authorization")) {
            part->at = postman_place(postman, auth);
        }
    }
}

static void
set_authorization(postman_t *postman, node_t auth, ss_str_t prefix,
                  ss_str_t value)
{
    ss_str_t name = SS_STR("Authorization");
    ss_str_t blank = prefix.len > 0 ? SS_STR(" ") : SS_STR("");

    /* the tab wins over a header that was typed */
    call_remove_header(&postman->call, "Authorization");
    call_header(postman->lint, &postman->call, name,
                join3(&postman->lint->tmp, str_trim(prefix), blank, value));
    move_parts(postman, auth);
    call_part(postman->lint, &postman->call, "header", name,
              postman_place(postman, auth));
}

static void
add_bearer(postman_t *postman, node_t auth)
{
    ss_str_t token = attribute(postman, auth, "token");

    /* without one, Postman sends no header */
    if (token.len > 0) {
        set_authorization(postman, auth, SS_STR("Bearer"),
                          vars_replace(token, UNKNOWN, &postman->lint->tmp));
    }
}

static ss_str_t
basic_pair(postman_t *postman, ss_str_t user, ss_str_t password)
{
    return base64(join3(&postman->lint->tmp, user, SS_STR(":"), password),
                  &postman->lint->tmp);
}

static void
add_basic(postman_t *postman, node_t auth)
{
    ss_str_t user = given(postman, auth, "username", "");
    ss_str_t password = given(postman, auth, "password", "");

    set_authorization(postman, auth, SS_STR("Basic"),
                      basic_pair(postman, user, password));
}

static void
add_oauth2(postman_t *postman, node_t auth)
{
    node_t prefix = attribute_node(postman, auth, "headerPrefix");
    ss_str_t token = given(postman, auth, "accessToken", UNKNOWN);

    if (str_is(attribute(postman, auth, "addTokenTo"), "queryParams")) {
        call_query(postman->lint, &postman->call, "access_token", token);
        return;
    }

    set_authorization(postman, auth,
                      json_is_string(prefix.json)
                          ? given(postman, auth, "headerPrefix", "")
                          : SS_STR("Bearer"),
                      token);
}

static void
add_api_key(postman_t *postman, node_t auth)
{
    ss_str_t key = given(postman, auth, "key", "");
    ss_str_t value = given(postman, auth, "value", UNKNOWN);
    text_t name = text_new(&postman->lint->tmp);

    if (key.len == 0) {
        return;
    }

    if (str_is(attribute(postman, auth, "in"), "query")) {
        text_add(&name, key);
        text_add(&name, (ss_str_t){ (const uint8_t *) "", 1 });
        call_query(postman->lint, &postman->call,
                   (const char *) text_done(&name).data, value);
    } else {
        call_header(postman->lint, &postman->call, key, value);
        call_part(postman->lint, &postman->call, "header", key,
                  postman_place(postman, auth));
    }
}

static void
add_jwt(postman_t *postman, node_t auth)
{
    set_authorization(postman, auth, SS_STR("Bearer"), SS_STR(UNKNOWN));
}

static const struct {
    const char *type;
    void (*add)(postman_t *postman, node_t auth);
    const char *scheme; /* of those that are only named */
} kinds[] = {
    { "bearer", add_bearer, NULL },
    { "basic", add_basic, NULL },
    { "oauth2", add_oauth2, NULL },
    { "apikey", add_api_key, NULL },
    { "jwt", add_jwt, NULL },
    { "digest", NULL, "Digest" },
    { "ntlm", NULL, "NTLM" },
    { "hawk", NULL, "Hawk" },
    { "awsv4", NULL, "AWS4-HMAC-SHA256" },
    { "oauth1", NULL, "OAuth" },
    { "edgegrid", NULL, "EG1-HMAC-SHA256" },
};

void
postman_authorize(postman_t *postman)
{
    const scope_t *scope = postman->scope;
    ss_str_t type;

    while (scope->auth.json == NULL && scope->outer != NULL) {
        scope = scope->outer;
    }
    type = type_of(postman, scope->auth);

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (!str_is(type, kinds[i].type)) {
            continue;
        }
        if (kinds[i].add != NULL) {
            kinds[i].add(postman, scope->auth);
        } else {
            set_authorization(postman, scope->auth, str_of(kinds[i].scheme),
                              SS_STR(UNKNOWN));
        }
    }
}

/* --- the helper's own request ------------------------------------------- */

/* What the helper sends when nothing else was typed. */
#define CALLBACK "https://oauth.pstmn.io/v1/callback"

typedef struct {
    const char *helper; /* the helper's word */
    const char *grant;
    const char *names[4]; /* parameters beside the client */
} grant_t;

/* The helper sends its callback URL with a password grant too. */
static const grant_t grants[] = {
    { "password_credentials",
      "password",
      { "username", "password", "redirect_uri" } },
    { "client_credentials", "client_credentials", { NULL } },
    { "authorization_code", "authorization_code", { "code", "redirect_uri" } },
    { "authorization_code_with_pkce",
      "authorization_code",
      { "code", "redirect_uri", "code_verifier" } },
};

/* The attribute of a parameter, where it is another word. */
static const struct {
    const char *parameter;
    const char *attribute;
    const char *otherwise;
} attributes[] = {
    { "client_id", "clientId", UNKNOWN },
    { "client_secret", "clientSecret", UNKNOWN },
    { "username", "username", UNKNOWN },
    { "password", "password", UNKNOWN },
    { "redirect_uri", "redirect_uri", CALLBACK },
};

static ss_str_t
parameter(postman_t *postman, node_t auth, const char *name)
{
    for (size_t i = 0; i < sizeof(attributes) / sizeof(attributes[0]); i++) {
        if (str_is(str_of(name), attributes[i].parameter)) {
            return given(postman, auth, attributes[i].attribute,
                         attributes[i].otherwise);
        }
    }

    return SS_STR(UNKNOWN); /* made up by helper or service */
}

static const grant_t *
grant_of(postman_t *postman, node_t auth)
{
    ss_str_t helper = attribute(postman, auth, "grant_type");

    /* what Postman shows first, and leaves out when it is not changed */
    if (helper.len == 0) {
        helper = SS_STR("authorization_code");
    }

    for (size_t i = 0; i < sizeof(grants) / sizeof(grants[0]); i++) {
        if (str_is(helper, grants[i].helper)) {
            return &grants[i];
        }
    }

    return NULL;
}

static void
add_parameter(postman_t *postman, node_t auth, text_t *form, const char *name)
{
    form_field(form, str_of(name), parameter(postman, auth, name));
}

static void
add_client(postman_t *postman, node_t auth, text_t *form)
{
    if (str_is(attribute(postman, auth, "client_authentication"), "body")) {
        add_parameter(postman, auth, form, "client_id");
        add_parameter(postman, auth, form, "client_secret");
        return;
    }

    set_authorization(postman, auth, SS_STR("Basic"),
                      basic_pair(postman, parameter(postman, auth, "client_id"),
                                 parameter(postman, auth, "client_secret")));
}

/* What was added by hand under "Advanced". */
static void
add_more(postman_t *postman, node_t auth, text_t *form)
{
    json_each_t each =
        json_each(attribute_node(postman, auth, "tokenRequestParams"));
    node_t item;

    while (json_next(postman->doc, &each, &item)) {
        ss_str_t key = postman_known(postman, item, "key");
        ss_str_t where = json_member_text(postman->doc, item, "send_as");

        if (key.len == 0
            || json_is_false(json_object_get(item.json, "enabled"))) {
            continue;
        }

        if (str_is(where, "request_body")) {
            form_field(form, key, postman_known(postman, item, "value"));
        } else if (str_is(where, "request_header")) {
            call_header(postman->lint, &postman->call, key,
                        postman_known(postman, item, "value"));
        }
    }
}

static ss_str_t
helper_body(postman_t *postman, node_t auth, const grant_t *grant)
{
    text_t form = text_new(&postman->lint->tmp);
    ss_str_t scope = given(postman, auth, "scope", "");

    form_field(&form, SS_STR("grant_type"), str_of(grant->grant));
    for (size_t i = 0; i < 4 && grant->names[i] != NULL; i++) {
        add_parameter(postman, auth, &form, grant->names[i]);
    }
    if (scope.len > 0) {
        form_field(&form, SS_STR("scope"), scope);
    }
    add_client(postman, auth, &form);
    add_more(postman, auth, &form);

    return text_done(&form);
}

static ss_str_t
helper_name(const postman_t *postman)
{
    ss_str_t name = postman->scope->name;

    return name.len == 0 ? SS_STR("OAuth 2.0 helper")
                         : join3(&postman->lint->tmp, name, SS_STR(" / "),
                                 SS_STR("OAuth 2.0 helper"));
}

void
postman_token_request(postman_t *postman, node_t auth)
{
    call_t *call = &postman->call;
    const grant_t *grant;
    ss_str_t url;

    if (auth.json == NULL || !str_is(type_of(postman, auth), "oauth2")) {
        return;
    }

    grant = grant_of(postman, auth);
    url = attribute(postman, auth, "accessTokenUrl");
    if (grant == NULL || url.len == 0) {
        return;
    }

    *call = (call_t){ .at = postman_place(postman, auth),
                      .name = helper_name(postman) };
    call->request.method = SS_STR("POST");
    call_url(postman->lint, call, url, "http");
    call_header(postman->lint, call, SS_STR("Content-Type"),
                SS_STR("application/x-www-form-urlencoded"));
    call_body(call, helper_body(postman, auth, grant));
    postman_default_header(postman, "Accept", "*/*");
    postman_default_header(postman, "User-Agent", "PostmanRuntime");

    lint_check(postman->lint, call);
}
