// SPDX-License-Identifier: MIT
// Draws the PNG icons in public/icons from public/icons/mark.svg, with Debian's Chromium. Run it after changing the
// mark and commit what it writes: `node web/icons/render.mjs`.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { chromium } from 'playwright-core';

const folder = fileURLToPath(new URL('../public/icons/', import.meta.url));
const mark = await readFile(`${folder}mark.svg`, 'utf8');
// A platform cuts its own shape out of these two, so their ground fills the square; and the maskable one may lose
// everything outside the middle 80 %.
const filled = mark.replace('rx="12"', 'rx="0"');
const safe = filled
  .replace(/(<rect width="48"[^>]*\/>)/, '$1<g transform="translate(5 5) scale(.79)">')
  .replace('</svg>', '</g></svg>');

const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
const page = await browser.newPage();
for (const [name, svg, size] of [
  ['icon-192', mark, 192],
  ['icon-512', mark, 512],
  ['maskable-512', safe, 512],
  ['apple-touch-180', filled, 180],
]) {
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(`<style>body{margin:0}svg{display:block;width:${size}px}</style>${svg}`);
  await writeFile(`${folder}${name}.png`, await page.screenshot({ omitBackground: true }));
}
await browser.close();
