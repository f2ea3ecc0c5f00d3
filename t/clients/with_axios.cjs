'use strict';

// What people send with axios, which makes JSON of an object and asks for
// JSON, text and anything.

const axios = require('axios');
const { api, form, tell, token, jsonapi, document } = require('./tell.cjs');

const http = axios.create({ validateStatus: () => true });

async function call(name, request) {
  const { status, data, headers } = await http(request);

  tell(name, status, data, headers['scopestack-explain']);

  return data;
}

async function main() {
  const post = (url, data, headers) => ({ method: 'post', url, data, headers });
  const clients = `${api}/acme/v1/clients`;

  const { access_token } = await call('form', post(token,
                                                   new URLSearchParams(form)));
  await call('an object', post(token, form));
  await call('params', { method: 'post', url: token, params: form });
  await call('refresh without the client', post(token, {
    grant_type: 'refresh_token', refresh_token: 'unknown' }));

  http.defaults.headers.common.Authorization = `Bearer ${access_token}`;
  await call('default headers at the token endpoint', post(token, form));
  await call('default accept', { url: `${api}/v1/me` });
  await call('no account', { url: `${api}/v1/clients` });
  await call('write an object', post(clients, document));

  http.defaults.headers.common.Accept = jsonapi;
  await call('me', { url: `${api}/v1/me` });
  await call('write', post(clients, JSON.stringify(document), {
    'Content-Type': jsonapi }));
}

main();
