// SPDX-License-Identifier: MIT
// Texts that break programs: what goes in comes out, and nothing happens on the way.
import assert from 'node:assert/strict';
import test from 'node:test';

import { openNotes } from './support/notes.mjs';

const TEXTS = [
  '', ' ', '\t\r\n', 'null', 'undefined', 'NaN', 'true', '0', '-1', '1e400', '0x10', '१२३', '\\', '\\u0000', '"', "'", '`', '\\"',
  '\u0000', 'a\u0000b', '\u0001\u0008\u001f\u007f\u0080\u009f', '\ufeff', '\ufffe\uffff', '\u200b\u200d\u2060', '\u202eright to left',
  '\u2028\u2029', 'é', 'e\u0301', 'Å', 'A\u030a', 'ﬀ', 'ß', 'İstanbul', 'ıI', 'ÀÉÎÕÜ ñ ł ß', 'العربية', 'שלום', '汉字漢字', 'ひらがな',
  '👍🏽', '👩‍👩‍👧‍👦', '🇹🇿', '\u{10ffff}', 'Z̴̧͝a̵̛͠l̶̨̋g̷̢̔o̵̝͗', '<script>alert(1)</script>', '<img src=x onerror=alert(1)>', '"><svg/onload=alert(1)>',
  'javascript:alert(1)', "'; DROP TABLE notes; --", "1' OR '1'='1", '${7*7}', '{{7*7}}', '%s%n%x', '%00', '../../etc/passwd',
  'C:\\nul', '{"op":"remove"}', '[]', '{"value":1}', '{"error":{}}', '__proto__', 'constructor', 'toString', 'hasOwnProperty',
  'x'.repeat(65_536), 'é'.repeat(32_768), '\\'.repeat(1000), '"'.repeat(1000), '['.repeat(5000),
]; // prettier-ignore

test('every text comes back as it was, from every place a text can be in', async (t) => {
  const database = await openNotes(t);
  const ids = [];
  for (const title of TEXTS)
    ids.push(await database.put('notes', { title, extra: { [title.slice(0, 100)]: title.slice(0, 1000) } }));
  for (const [index, title] of TEXTS.entries()) {
    const note = await database.get('notes', ids[index]);
    assert.ok(note.title === title, `title ${index}: ${JSON.stringify(title.slice(0, 40))}`);
    const [[key, value]] = Object.entries(note.extra);
    assert.ok(key === title.slice(0, 100) && value === title.slice(0, 1000), `extra ${index}`);
    const found = await database.find('notes', { where: { title } });
    assert.deepEqual(
      found.map(({ id }) => id),
      [ids[index]],
      `find ${index}`,
    );
  }
  assert.equal({}.polluted, undefined);
});

test('every text may be searched for, and be the name of a series or a mutation', async (t) => {
  const database = await openNotes(t);
  for (const title of TEXTS) await database.put('notes', { title });
  for (const text of TEXTS) {
    const found = await database.find('notes', { search: text });
    const words = text.split(' ').filter(Boolean);
    if (words.length > 0)
      assert.ok(
        found.some(({ title }) => title === text),
        `search ${JSON.stringify(text.slice(0, 40))}`,
      );
    const name = [...text].slice(0, 10).join('') || 'empty';
    const number = await database.write(name, (transaction) => transaction.nextNumber(`series ${text.slice(0, 100)}`));
    assert.ok(number >= 1);
  }
});

test('half a surrogate pair is no text: refused or replaced, but never kept half', async (t) => {
  const database = await openNotes(t);
  for (const broken of ['\ud800', 'a\udc00b', '\udfff\ud800']) {
    const outcome = await database.put('notes', { title: broken }).then(
      async (id) => (await database.get('notes', id)).title,
      (error) => error.name,
    );
    assert.ok(
      outcome === 'UsageError' || outcome === broken.toWellFormed?.() || /\ufffd/.test(outcome),
      JSON.stringify(outcome),
    );
  }
  await database.put('notes', { title: 'still alive' });
});

test('JSON values may nest, but not without end', async (t) => {
  const database = await openNotes(t);
  const nested = (depth) => (depth === 0 ? 'end' : [nested(depth - 1)]);
  const id = await database.put('notes', { title: 'deep', extra: nested(5) });
  assert.deepEqual((await database.get('notes', id)).extra, nested(5));
  await assert.rejects(() => database.put('notes', { title: 'too deep', extra: nested(1000) }), { name: 'UsageError' });
  await assert.rejects(() => database.find('notes', { where: { extra: { equals: nested(5000) } } }), {
    name: 'UsageError',
  });
  await database.put('notes', { title: 'still alive' });
});
