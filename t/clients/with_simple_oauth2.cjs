'use strict';

// What simple-oauth2 sends.

const { ClientCredentials, ResourceOwnerPassword } = require('simple-oauth2');
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
    tell(name, error.output.statusCode, error.data?.payload);
    return null;
  }
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
}

main();
