// SPDX-License-Identifier: MIT
// Sawa in Node: a local database that needs no server, and syncs once it has one.
//
//   node examples/hello-node/index.mjs                          everything stays in this process
//   node examples/hello-node/index.mjs http://localhost:8000    also syncs with a server (`npm start` runs one)
import { defineSchema, openDatabase, text } from 'sawa';

const schema = defineSchema({
  version: 1,
  collections: {
    customers: { fields: { jina: text(), phone: text.optional() }, search: ['jina'] },
  },
});

const server = process.argv[2];
const database = await openDatabase({ name: 'hello', schema, storage: 'memory', autoSync: false, server });

// Everything in one `write` takes effect together, here and later on the server.
await database.write('hello', (transaction) => {
  transaction.put('customers', { jina: 'Asha Juma', phone: '+255700000001' });
  transaction.put('customers', { jina: 'Zuberi Éclair' });
});
const found = await database.find('customers', { search: 'eclair', orderBy: [{ field: 'jina' }] });
console.log(`found: ${found.map((customer) => customer.jina).join(', ')}`);
console.log(`waiting: ${database.status.waiting}`);

if (server) {
  // The demo shop's log-in. The answer holds the device's token: keep it, to sync again from another process.
  await database.enrol({ username: 'demo', password: 'demo-bidhaa', deviceName: 'hello-node' });
  const { pushed, pulled } = await database.sync();
  console.log(`pushed: ${pushed}, pulled: ${pulled}, waiting: ${database.status.waiting}`);
}
await database.close();
