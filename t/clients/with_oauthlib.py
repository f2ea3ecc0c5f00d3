"""What requests-oauthlib sends: prints "call: status error" for each."""

import json
import os
import sys

os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"

from oauthlib.oauth2 import (BackendApplicationClient,
                             LegacyApplicationClient, OAuth2Error)
from requests_oauthlib import OAuth2Session

AUTH, API = sys.argv[1:3]
CLIENT = json.loads(os.environ["SS_CLIENT"])
TOKEN = AUTH + "/oauth/token"
ID, SECRET = CLIENT["client_id"], CLIENT["client_secret"]
USER = {"username": CLIENT["username"], "password": CLIENT["password"]}


def tell(name, call):
    try:
        answer = call()
        status = getattr(answer, "status_code", 200)
        print(f"{name}: {status}")
        return answer
    except OAuth2Error as error:
        print(f"{name}: {error.status_code} {error.error}")
        return None


def password_session(**more):
    return OAuth2Session(client=LegacyApplicationClient(client_id=ID), **more)


session = password_session()
tell("password, Basic", lambda: session.fetch_token(
    TOKEN, client_id=ID, client_secret=SECRET, **USER))
tell("password, in the body", lambda: session.fetch_token(
    TOKEN, client_secret=SECRET, include_client_id=True, auth=False, **USER))
tell("client credentials", lambda: OAuth2Session(
    client=BackendApplicationClient(client_id=ID)).fetch_token(
        TOKEN, client_id=ID, client_secret=SECRET))

# a session made with the callback sends it with every grant
tell("password with a callback", lambda: password_session(
    redirect_uri=CLIENT["redirect_uri"]).fetch_token(
        TOKEN, client_secret=SECRET, include_client_id=True, auth=False,
        **USER))
tell("a wrong secret", lambda: password_session().fetch_token(
    TOKEN, client_id=ID, client_secret="wrong", **USER))

# refresh_token() sends no client unless it is told to
tell("refresh without the client", lambda: session.refresh_token(TOKEN))
tell("refresh", lambda: session.refresh_token(
    TOKEN, client_id=ID, client_secret=SECRET))

tell("default accept", lambda: session.get(API + "/v1/me"))
tell("no account", lambda: session.get(
    API + "/v1/clients", headers={"Accept": "application/vnd.api+json"}))
tell("me", lambda: session.get(
    API + "/v1/me", headers={"Accept": "application/vnd.api+json"}))
