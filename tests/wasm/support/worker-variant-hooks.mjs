// SPDX-License-Identifier: MIT
// Gives the tests, and what they share, the variant in place of the package.
const VARIANT = new URL('./worker-variant.mjs', import.meta.url).href;
const TESTS = new URL('../', import.meta.url).href;
const OWN = [VARIANT, new URL('./worker-thread.mjs', import.meta.url).href];

export function resolve(specifier, context, next) {
  const isTest = context.parentURL?.startsWith(TESTS) && !OWN.includes(context.parentURL);
  return specifier === 'sawa' && isTest ? { url: VARIANT, shortCircuit: true } : next(specifier, context);
}
