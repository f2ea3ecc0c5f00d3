/*
 * How what a cause asks for is done in the programs that call the API, by what
 * their User-Agent begins with.
 */

#include "explain/ss_cause.h"

#define JSONAPI_IN_QUOTES "\"application/vnd.api+json\""

static const struct {
    const char *agent; /* its User-Agent begins so */
    const char *hints[SS_TOPIC_COUNT];
} callers[] = {
    { "PostmanRuntime/",
      {
          [SS_TOPIC_ACCEPT] = "in Postman: Headers tab, turn off the "
                              "generated Accept and add your own",
          [SS_TOPIC_CONTENT_TYPE] = "in Postman: Headers tab, turn off the "
                                    "generated Content-Type and add your own",
          [SS_TOPIC_AUTHORIZATION] = "in Postman: Authorization tab > Bearer "
                                     "Token, the access_token alone",
          [SS_TOPIC_TOKEN_BODY] = "in Postman: Body tab > "
                                  "x-www-form-urlencoded",
          [SS_TOPIC_NO_AUTH] = "in Postman: Authorization tab > No Auth; in "
                               "the OAuth 2.0 helper, Client Authentication > "
                               "Send client credentials in body",
          [SS_TOPIC_REDIRECT_URI] =
              "in Postman: Option 1, Authorization tab > OAuth 2.0 > Grant "
              "Type > Authorization Code; Option 2, a direct POST with "
              "Authorization tab > No Auth and Body tab > "
              "x-www-form-urlencoded",
          [SS_TOPIC_BASE_URL] = "in Postman: look at the request's URL in the "
                                "console, where variables are resolved",
          [SS_TOPIC_QUERY] = "in Postman: Params tab",
      } },
    { "Workato",
      {
          [SS_TOPIC_ACCEPT] = "in Workato: headers of the connection's apply "
                              "block",
          [SS_TOPIC_CONTENT_TYPE] = "in Workato: request_format_json sends "
                                    "application/json; set the header behind "
                                    "it",
          [SS_TOPIC_AUTHORIZATION] = "in Workato: reconnect the connection",
          [SS_TOPIC_TOKEN_BODY] = "in Workato: request_format_www_form_"
                                  "urlencoded in the acquire block",
          [SS_TOPIC_NO_AUTH] = "in Workato: no user() and password() in the "
                               "acquire block",
          [SS_TOPIC_ROLE] = "in Workato: take 403 out of refresh_on",
      } },
    { "curl/",
      {
          [SS_TOPIC_ACCEPT] = "with curl: -H 'Accept: "
                              "application/vnd.api+json'",
          [SS_TOPIC_CONTENT_TYPE] = "with curl: -H 'Content-Type: "
                                    "application/vnd.api+json'; -d alone and "
                                    "--json send another one",
          [SS_TOPIC_AUTHORIZATION] = "with curl: -H \"Authorization: Bearer "
                                     "$TOKEN\"",
          [SS_TOPIC_TOKEN_BODY] = "with curl: -d for each parameter, or "
                                  "--data-urlencode",
          [SS_TOPIC_NO_AUTH] = "with curl: no -u, and nothing for the host in "
                               ".netrc",
          [SS_TOPIC_QUERY] = "with curl: -g, or -G with --data-urlencode",
          [SS_TOPIC_RETRY] = "with curl: --retry 3 honours Retry-After",
      } },
    { "python-requests/",
      {
          [SS_TOPIC_ACCEPT] =
              "with requests: headers={\"Accept\": " JSONAPI_IN_QUOTES "}",
          [SS_TOPIC_CONTENT_TYPE] =
              "with requests: data=json.dumps(document) "
              "and headers={\"Content-Type\": " JSONAPI_IN_QUOTES
              "}; json= sends another one",
          [SS_TOPIC_AUTHORIZATION] = "with requests: headers="
                                     "{\"Authorization\": f\"Bearer "
                                     "{token}\"}",
          [SS_TOPIC_TOKEN_BODY] = "with requests: data={...}, not json=",
          [SS_TOPIC_NO_AUTH] = "with requests: no auth=, and trust_env = False "
                               "where .netrc names the host",
          [SS_TOPIC_QUERY] = "with requests: params={\"filter[name]\": "
                             "value}; nested dicts become filter=name",
      } },
    { "axios/",
      {
          [SS_TOPIC_ACCEPT] =
              "with axios: headers: { Accept: " JSONAPI_IN_QUOTES " }",
          [SS_TOPIC_CONTENT_TYPE] =
              "with axios: headers: { \"Content-Type\": " JSONAPI_IN_QUOTES
              " }",
          [SS_TOPIC_AUTHORIZATION] = "with axios: the configured instance, "
                                     "not axios itself",
          [SS_TOPIC_TOKEN_BODY] = "with axios: new URLSearchParams({...}) as "
                                  "the data",
          [SS_TOPIC_NO_AUTH] = "with axios: no auth option",
      } },
    { "insomnia/",
      {
          [SS_TOPIC_ACCEPT] = "in Insomnia: Headers tab",
          [SS_TOPIC_CONTENT_TYPE] = "in Insomnia: Body > Other, and "
                                    "Content-Type in the Headers tab",
          [SS_TOPIC_TOKEN_BODY] = "in Insomnia: Body > Form URL Encoded",
          [SS_TOPIC_NO_AUTH] = "in Insomnia: Auth > No Authentication, or "
                               "OAuth 2 > Credentials > In Request Body",
          [SS_TOPIC_AUTHORIZATION] = "in Insomnia: Auth > Bearer Token, the "
                                     "access_token alone",
      } },
    { "node",
      {
          [SS_TOPIC_ACCEPT] =
              "with fetch: headers: { Accept: " JSONAPI_IN_QUOTES " }",
          [SS_TOPIC_CONTENT_TYPE] =
              "with fetch: headers: { \"Content-Type\": " JSONAPI_IN_QUOTES
              " }",
          [SS_TOPIC_TOKEN_BODY] = "with fetch: body: new "
                                  "URLSearchParams({...})",
      } },
    { "undici",
      {
          [SS_TOPIC_ACCEPT] =
              "with undici: headers: { accept: " JSONAPI_IN_QUOTES " }",
          [SS_TOPIC_CONTENT_TYPE] =
              "with undici: headers: "
              "{ \"content-type\": " JSONAPI_IN_QUOTES " }",
      } },
    { "Go-http-client/",
      {
          [SS_TOPIC_ACCEPT] =
              "in Go: request.Header.Set(\"Accept\", " JSONAPI_IN_QUOTES ")",
          [SS_TOPIC_TOKEN_BODY] =
              "in Go: http.PostForm; with oauth2, AuthStyle "
              "= oauth2.AuthStyleInParams",
          [SS_TOPIC_NO_AUTH] = "in Go: with oauth2, AuthStyle = "
                               "oauth2.AuthStyleInParams",
      } },
};

const char *
ss_hint(ss_str_t user_agent, ss_topic_t topic)
{
    for (size_t i = 0; i < sizeof(callers) / sizeof(callers[0]); i++) {
        if (ss_starts_nocase(user_agent, ss_cstr(callers[i].agent))) {
            return callers[i].hints[topic];
        }
    }

    return NULL;
}
