// SPDX-License-Identifier: MIT
// Sawa in a page: notes that are still there after a reload, and at once in every other tab.
//
//   npx vite examples/hello-browser
import { defineSchema, openDatabase, text } from 'sawa';

const schema = defineSchema({ version: 1, collections: { notes: { fields: { title: text() } } } });

// With the address of a server as `server`, and without `autoSync: false`, it would sync by itself.
const database = await openDatabase({ name: 'hello', schema, autoSync: false });

const list = document.querySelector('ul');
database.watch('notes', { orderBy: [{ field: 'id' }] }, (notes) => {
  list.replaceChildren(
    ...notes.map(({ title }) => Object.assign(document.createElement('li'), { textContent: title })),
  );
});
database.watchStatus(({ waiting }) => {
  document.querySelector('[role=status]').textContent = `${waiting} not sent yet`;
});

const form = document.querySelector('form');
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  // Resolves when the note is durable on this device.
  await database.put('notes', { title: new FormData(form).get('title') });
  form.reset();
});
