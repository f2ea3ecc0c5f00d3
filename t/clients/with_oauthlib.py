"""What requests-oauthlib sends: prints "call: status error" for each."""

import base64
import hashlib
import json
import os
import secrets
import sys

os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"

import requests
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

# the login that a browser would do: where it is sent back to has the code
VERIFIER = secrets.token_urlsafe(32)
CHALLENGE = base64.urlsafe_b64encode(
    hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")


def logged_in():
    user = OAuth2Session(ID, redirect_uri=CLIENT["redirect_uri"])
    url, _ = user.authorization_url(
        AUTH + "/oauth/authorize", code_challenge=CHALLENGE,
        code_challenge_method="S256")
    return user, requests.get(url, allow_redirects=False).headers["Location"]


def exchange(user, back):
    return user.fetch_token(
        TOKEN, authorization_response=back, client_secret=SECRET,
        include_client_id=True, code_verifier=VERIFIER)


user, back = logged_in()
token = tell("code, PKCE", lambda: exchange(user, back))
tell("the code again", lambda: exchange(user, back))
other, back_to_other = logged_in()
other.redirect_uri = "https://other.example/"
tell("another callback", lambda: exchange(other, back_to_other))

# a session that is told to refreshes by itself, and goes on
late = OAuth2Session(
    ID, token={**token, "access_token": CLIENT["expired_token"],
               "expires_at": 1},
    auto_refresh_url=TOKEN, token_updater=lambda token: None,
    auto_refresh_kwargs={"client_id": ID, "client_secret": SECRET})
tell("an expired token, refreshed", lambda: late.get(
    API + "/v1/me", headers={"Accept": "application/vnd.api+json"}))

# refresh_token() sends no client unless it is told to
tell("refresh without the client", lambda: session.refresh_token(TOKEN))
old = session.token["refresh_token"]
tell("refresh", lambda: session.refresh_token(
    TOKEN, client_id=ID, client_secret=SECRET))

tell("the old refresh token", lambda: session.refresh_token(
    TOKEN, refresh_token=old, client_id=ID, client_secret=SECRET))

tell("default accept", lambda: session.get(API + "/v1/me"))
tell("no account", lambda: session.get(
    API + "/v1/clients", headers={"Accept": "application/vnd.api+json"}))
tell("me", lambda: session.get(
    API + "/v1/me", headers={"Accept": "application/vnd.api+json"}))
