// SPDX-License-Identifier: MIT
// Where the user is, kept in the address after `#`: reload and the back button work, and any static server will do.

import { signal } from '@preact/signals';

export type Route =
  | { screen: 'till' }
  | { screen: 'sales' }
  | { screen: 'settings' }
  | { screen: 'conflicts' }
  | { screen: 'restore' }
  | { screen: 'receipt'; saleId: string };

export const route = signal<Route>(readRoute());

window.addEventListener('hashchange', () => {
  route.value = readRoute();
});

function readRoute(): Route {
  const [screen, id] = location.hash.replace(/^#\/?/, '').split('/');
  if (screen === 'sales') return { screen: 'sales' };
  if (screen === 'settings') return { screen: 'settings' };
  if (screen === 'conflicts') return { screen: 'conflicts' };
  if (screen === 'restore') return { screen: 'restore' };
  if (screen === 'receipt' && id) return { screen: 'receipt', saleId: id };
  return { screen: 'till' };
}

export function addressOf(target: Route): string {
  switch (target.screen) {
    case 'till':
      return '#/';
    case 'receipt':
      return `#/receipt/${target.saleId}`;
    case 'sales':
    case 'settings':
    case 'conflicts':
    case 'restore':
      return `#/${target.screen}`;
  }
}

export function go(target: Route): void {
  location.hash = addressOf(target);
}
