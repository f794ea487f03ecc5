// SPDX-License-Identifier: MIT
// The measured page: one contender, one database. Node calls `window.bench(step, ...parameters)`.
import { measureFieldReport } from './field.mjs';
import { measureLiveUpdate } from './live.mjs';
import { measureMemory, measureStorageEstimate } from './memory.mjs';
import { measureQuery } from './queries.mjs';
import { Till } from './sales.mjs';
import { timeOf } from './timing.mjs';

const DATABASE_NAME = 'bench';

let contender = null;
let database = null;
let openDurability = null;
let till = null;

const fetchJson = async (address) => (await fetch(address)).json();
const fetchBytes = async (address) => new Uint8Array(await (await fetch(address)).arrayBuffer());

/** What is done beside the sales is done as a shop would do it: as fast as the product allows. */
const usualDurability = () => (contender.durabilities.includes('relaxed') ? 'relaxed' : 'strict');

async function open(durability = usualDurability()) {
  database = await contender.open(DATABASE_NAME, durability);
  openDurability = durability;
}

async function close() {
  await database?.close();
  database = null;
}

async function openTill() {
  const { batches, initialStock } = await fetchJson('/data/sales.json');
  till = new Till(database, initialStock);
  till.batches = new Map(batches.map(({ name, sales }) => [name, sales]));
}

const steps = {
  /** Loads the contender's code, and its other files into the browser's cache: neither is measured. */
  async start(name, assets) {
    ({ default: contender } = await import(`/bundles/${name}/${name}.js`));
    await Promise.all(assets.map(fetchBytes));
    await contender.prepare?.();
    const { durabilities, durabilityNote, notes = {} } = contender;
    return { durabilities, durabilityNote, notes };
  },

  async hydrate() {
    await open();
    const json = await fetchBytes('/data/products.json');
    return { timeMs: await timeOf(() => database.hydrate(json)) };
  },

  memory: measureMemory,

  estimate: measureStorageEstimate,

  async coldOpen() {
    const { samples } = await fetchJson('/data/questions.json');
    const [{ id, barcode }] = samples;
    let found = null;
    const timeMs = await timeOf(async () => {
      await open();
      found = await database.findByBarcode(barcode);
    });
    if (found?.id !== id) throw new Error('the product is not found by its barcode');
    return { timeMs };
  },

  async query(name) {
    return measureQuery(name, database, await fetchJson('/data/questions.json'));
  },

  async liveUpdate() {
    const { live } = await fetchJson('/data/questions.json');
    return measureLiveUpdate(database, live);
  },

  async sale(durability, inWhatWay) {
    if (!contender.durabilities.includes(durability)) return { missing: contender.durabilityNote };
    if (openDurability !== durability) {
      await close();
      await open(durability);
    }
    if (!till) await openTill();
    till.database = database;
    return till.sell(till.batches.get(`${durability}.${inWhatWay}`), inWhatWay);
  },

  async fieldReport() {
    const chunks = await fetchJson('/data/field.json');
    await open();
    return measureFieldReport(database, chunks);
  },

  close,
};

/** { value } of a step, { missing } with the reason why there is none, or { error }. */
window.bench = async (step, ...parameters) => {
  try {
    const value = await steps[step](...parameters);
    return value?.missing ? value : { value };
  } catch (error) {
    if (error.name === 'NotAvailable') return { missing: error.message };
    return { error: String(error?.message ?? error) };
  }
};
