'use strict';

// A Postman collection, run as newman runs it. Its variables are where to and
// with what.

const path = require('path');
const newman = require('newman');
const { client, auth, api, tell } = require('./tell.cjs');

const collection = path.join(__dirname, 'postman', 'mistakes.json');
// as an e-mail's font lets it be read
const mistyped_id = client.client_id.replaceAll('I', 'l');
const envVar = Object.entries({ ...client, auth, api, mistyped_id })
  .map(([key, value]) => ({ key, value }));

newman.run({ collection, envVar }, (error) => { if (error) throw error; })
  .on('request', (error, { item, response }) => {
    if (error) throw error;

    let body = null;
    try { body = JSON.parse(response.text()); } catch { /* a page */ }
    tell(item.name, response.code, body,
         response.headers.get('ScopeStack-Explain'));
  });
