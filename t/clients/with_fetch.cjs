'use strict';

// What people send with Node's own fetch.

const {
  api, client, form, tell, token, jsonapi, document,
} = require('./tell.cjs');

async function call(name, url, options) {
  const response = await fetch(url, options);
  const text = await response.text();
  let body = null;

  try { body = JSON.parse(text); } catch { /* a page */ }
  tell(name, response.status, body,
       response.headers.get('ScopeStack-Explain'));

  return body;
}

function post(body, headers = {}) { return { method: 'POST', body, headers }; }

function multipart() {
  const data = new FormData();

  for (const name in form) data.append(name, form[name]);

  return data;
}

async function main() {
  const json = { 'Content-Type': 'application/json' };
  const params = (more) => new URLSearchParams({ ...form, ...more });

  const { access_token } = await call('form', token, post(params()));
  await call('json', token, post(JSON.stringify(form), json));
  await call('a string', token, post(JSON.stringify(form)));
  await call('form data', token, post(multipart()));
  await call('query', `${token}?${params()}`, post());
  await call('redirect_uri', token, post(params({ redirect_uri: 'x' })));
  await call('a dashed grant', token, post(params({
    grant_type: 'client-credentials' })));
  await call('wrong password', token, post(params({ password: 'x' })));

  const Authorization = `Bearer ${access_token}`;
  const Accept = jsonapi;
  const clients = `${api}/acme/v1/clients`;
  const body = JSON.stringify(document);

  await call('default accept', `${api}/v1/me`, { headers: { Authorization } });
  await call('no account', `${api}/v1/clients`, {
    headers: { Authorization, Accept } });
  await call('an undefined account', `${api}/${undefined}/v1/clients`, {
    headers: { Authorization, Accept } });
  await call('a doubled scheme', `${api}/v1/me`, {
    headers: { Authorization: `Bearer ${Authorization}`, Accept } });
  await call('an undefined token', `${api}/v1/me`, {
    headers: { Authorization: `Bearer ${undefined}`, Accept } });
  await call('an expired token', `${api}/v1/me`, {
    headers: { Authorization: `Bearer ${client.expired_token}`, Accept } });
  await call('write with json', clients, post(body, {
    ...json, Authorization, Accept }));

  await call('me', `${api}/v1/me`, { headers: { Authorization, Accept } });
  await call('list', `${clients}?page%5Bsize%5D=50`, {
    headers: { Authorization, Accept } });
  await call('write', clients, post(body, {
    'Content-Type': jsonapi, Authorization, Accept }));
}

main();
