"""What people send with requests: prints "call: status error" for each."""

import json
import os
import sys

import requests

AUTH, API = sys.argv[1:3]
CLIENT = json.loads(os.environ["SS_CLIENT"])
TOKEN = AUTH + "/oauth/token"
JSONAPI = "application/vnd.api+json"
FORM = {"grant_type": "password"}
FORM.update((name, CLIENT[name]) for name in
            ("client_id", "client_secret", "username", "password"))
DOCUMENT = {"data": {"type": "clients", "attributes": {"name": "Requests"}}}


def tell(name, response):
    try:
        body = response.json()
    except ValueError:
        body = {}
    error = body.get("error") or (body.get("errors") or [{}])[0].get("title")
    explain = response.headers.get("ScopeStack-Explain")
    cause = explain and f"({explain.split(';')[0]})"
    print(f"{name}:", *filter(None, [response.status_code, error, cause]))
    return body


token = tell("form", requests.post(TOKEN, data=FORM))
tell("json", requests.post(TOKEN, json=FORM))
tell("params", requests.post(TOKEN, params=FORM))
tell("files", requests.post(TOKEN, files={k: (None, v)
                                          for k, v in FORM.items()}))
tell("get", requests.get(TOKEN, params=FORM))
tell("redirect_uri", requests.post(TOKEN, data={**FORM, "redirect_uri": "x"}))
tell("wrong password", requests.post(TOKEN, data={**FORM, "password": "x"}))
tell("wrong Basic", requests.post(TOKEN, data=FORM, auth=("another", "client")))

session = requests.Session()
session.headers["Authorization"] = "Bearer " + token["access_token"]
tell("session at the token endpoint", session.post(TOKEN, data=FORM))
tell("default accept", session.get(API + "/v1/me"))
tell("no account", session.get(API + "/v1/clients",
                               headers={"Accept": JSONAPI}))
# not at the path's beginning, where requests 2.32 takes it off itself
tell("base with a slash", session.get(API + "/acme/" + "/v1/clients",
                                      headers={"Accept": JSONAPI}))
tell("write with json", session.post(API + "/acme/v1/clients", json=DOCUMENT,
                                     headers={"Accept": JSONAPI}))

session.headers.update({"Accept": JSONAPI, "Content-Type": JSONAPI})
tell("me", session.get(API + "/v1/me"))
tell("list", session.get(API + "/acme/v1/clients",
                         params={"filter[name]": "Initech",
                                 "page[size]": 50}))
tell("write", session.post(API + "/acme/v1/clients",
                           data=json.dumps(DOCUMENT)))
session.headers["Authorization"] = "Bearer " + CLIENT["expired_token"]
tell("an expired token", session.get(API + "/v1/me"))
session.headers["Authorization"] = "Bearer " + token["access_token"]
tell("no such client", session.get(API + "/acme/v1/clients/99"))
