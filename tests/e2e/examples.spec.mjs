// SPDX-License-Identifier: MIT
// The example for browsers, served as its first lines say.
import assert from 'node:assert/strict';

import { createServer } from 'vite';

import { inRoot } from '../../tools/lib/paths.mjs';
import { scenario } from './support/scenario.mjs';

const FAVICON = /^Failed to load resource: the server responded with a status of 404/;

scenario('hello-browser keeps its notes, and shows them in every tab', async (world) => {
  const server = await createServer({ root: inRoot('examples/hello-browser'), logLevel: 'error', server: { port: 0 } });
  world.onEnd(() => server.close());
  await server.listen();
  const address = `http://localhost:${server.httpServer.address().port}`;
  const device = await world.device(address, { allow: [FAVICON] });
  const [page] = device.context.pages();
  const other = await device.context.newPage();
  const notes = (tab) => tab.locator('li').allInnerTexts();
  for (const tab of [page, other]) {
    await tab.goto(address);
    await tab.getByText('0 not sent yet').waitFor();
  }

  await page.getByLabel('New note').fill('Buy <b>sukari</b>');
  await page.getByRole('button', { name: 'Add' }).click();
  for (const tab of [page, other]) await tab.getByText('1 not sent yet').waitFor();
  assert.deepEqual(await notes(other), ['Buy <b>sukari</b>']);
  await page.reload();
  await page.getByText('1 not sent yet').waitFor();
  assert.deepEqual(await notes(page), ['Buy <b>sukari</b>']);
});
