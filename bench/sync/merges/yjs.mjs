// SPDX-License-Identifier: MIT
// Yjs: a map of products, each a map of its fields; one transaction an edit.
import { importPeer } from './peers.mjs';

let Y;

export async function prepare() {
  Y = await importPeer('yjs');
}

/** As in sawa.mjs. `singly`: the update of each edit; otherwise one with all that the others lack. */
export function makeReplicas({ products, edits }, { singly }) {
  const origin = new Y.Doc();
  origin.transact(() => {
    for (const { id, ...fields } of products) origin.getMap('products').set(id, new Y.Map(Object.entries(fields)));
  });
  const base = Y.encodeStateAsUpdate(origin);
  const known = Y.encodeStateVector(origin);
  return edits.map((own, device) => {
    const doc = new Y.Doc();
    doc.clientID = device + 1;
    Y.applyUpdate(doc, base);
    const updates = [];
    doc.on('update', (update) => updates.push(update));
    for (const { id, field, value } of own) doc.getMap('products').get(id).set(field, value);
    const messages = singly ? [...updates] : [Y.encodeStateAsUpdate(doc, known)];
    return {
      messages,
      receive: (all) => {
        for (const update of all) Y.applyUpdate(doc, update);
      },
      state: () => JSON.stringify(Object.entries(doc.getMap('products').toJSON()).sort()),
    };
  });
}
