'use strict';

// What simple-oauth2 sends.

const crypto = require('crypto');
const {
  AuthorizationCode, ClientCredentials, ResourceOwnerPassword,
} = require('simple-oauth2');
const { auth, client, tell } = require('./tell.cjs');

const user = { username: client.username, password: client.password };

function config(options, secret = client.client_secret) {
  return {
    client: { id: client.client_id, secret },
    auth: { tokenHost: auth, tokenPath: '/oauth/token' },
    options,
  };
}

async function call(name, grant) {
  try {
    const token = await grant();

    tell(name, 200);
    return token;
  } catch (error) {
    if (!error.isBoom) throw error;
    tell(name, error.output.statusCode, error.data?.payload,
         error.data?.headers?.['scopestack-explain']);
    return null;
  }
}

// The login that a browser would do: where it is sent back to has the code.
async function code(grant, challenge) {
  const login = grant.authorizeURL({
    redirect_uri: client.redirect_uri, state: 'some-state',
    code_challenge: challenge, code_challenge_method: 'S256',
  });
  const { headers } = await fetch(login, { redirect: 'manual' });

  return new URL(headers.get('Location')).searchParams.get('code');
}

async function with_a_code() {
  const grant = new AuthorizationCode(config({ authorizationMethod: 'body' }));
  const code_verifier = crypto.randomBytes(32).toString('base64url');
  const challenge = crypto.createHash('sha256').update(code_verifier)
    .digest('base64url');
  const get = async (more) => grant.getToken({
    code: await code(grant, challenge), code_verifier,
    redirect_uri: client.redirect_uri, ...more });

  const token = await call('code, PKCE', () => get());
  await call('another callback', () => get({
    redirect_uri: 'https://other.example/' }));
  await call('a wrong verifier', () => get({ code_verifier: 'w'.repeat(43) }));
  await call('revoke', () => token.revokeAll());
  await call('a revoked refresh token', () => token.refresh());
}

async function main() {
  const password = (options, more, secret) => () => (
    new ResourceOwnerPassword(config(options, secret))
      .getToken({ ...user, ...more }));
  const header = { authorizationMethod: 'header' };
  const body = { authorizationMethod: 'body' };

  await call('header', password(header));
  const token = await call('body', password(body));
  await call('json', password({ ...body, bodyFormat: 'json' }));
  await call('json, header', password({ ...header, bodyFormat: 'json' }));
  await call('redirect_uri', password(body, { redirect_uri: 'x' }));
  await call('redirect_uri, header', password(header, { redirect_uri: 'x' }));
  await call('a wrong secret', password(body, {}, 'wrong'));
  await call('client credentials', () => (
    new ClientCredentials(config(body)).getToken({})));
  await call('client credentials, json', () => (
    new ClientCredentials(config({ ...body, bodyFormat: 'json' }))
      .getToken({})));
  await call('refresh', () => token.refresh());
  await call('the old refresh token', () => token.refresh());
  await with_a_code();
}

main();
