'use strict';

// What the programs for Node share: where to, with what, and how to tell.

const client = JSON.parse(process.env.SS_CLIENT);
const [auth, api] = process.argv.slice(2);

const form = { grant_type: 'password' };
for (const name of ['client_id', 'client_secret', 'username', 'password']) {
  form[name] = client[name];
}

// explain: the gateway's header, if any
function tell(name, status, body, explain) {
  const errors = body?.errors || [{}];
  const error = body?.error || errors[0].title;
  const cause = explain && `(${explain.split(';')[0]})`;

  console.log(`${name}: ${[status, error, cause].filter(Boolean).join(' ')}`);
}

module.exports = {
  client, auth, api, form, tell,
  token: `${auth}/oauth/token`,
  jsonapi: 'application/vnd.api+json',
  document: { data: { type: 'clients', attributes: { name: 'Node' } } },
};
