// SPDX-License-Identifier: MIT
// Automerge: a map of products, each a map of its fields; one change an edit.
import { importPeer } from './peers.mjs';

let Automerge;

export async function prepare() {
  Automerge = await importPeer('@automerge/automerge');
}

/** As in sawa.mjs. `singly`: change by change; otherwise all changes of a device in one call. */
export function makeReplicas({ products, edits }, { singly }) {
  const entries = products.map(({ id, ...fields }) => [id, fields]);
  const base = Automerge.from({ products: Object.fromEntries(entries) });
  return edits.map((own) => {
    let doc = Automerge.clone(base);
    for (const { id, field, value } of own) {
      doc = Automerge.change(doc, (draft) => {
        draft.products[id][field] = value;
      });
    }
    const changes = Automerge.getChanges(base, doc);
    return {
      messages: singly ? changes.map((change) => [change]) : [changes],
      receive: (all) => {
        for (const message of all) [doc] = Automerge.applyChanges(doc, message);
      },
      state: () => JSON.stringify(Object.entries(Automerge.toJS(doc).products).sort()),
    };
  });
}
