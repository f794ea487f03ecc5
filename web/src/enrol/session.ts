// SPDX-License-Identifier: MIT
// Whether somebody is logged in on this device. The credential itself is out of a script's sight: this only remembers
// that a person chose to log out, so that the till stays shut for the next one.

import { signal } from '@preact/signals';

const LOGGED_OUT_KEY = 'bidhaa.logged-out';

export const loggedOut = signal(localStorage.getItem(LOGGED_OUT_KEY) === 'yes');

export function rememberLoggedIn(loggedIn: boolean): void {
  loggedOut.value = !loggedIn;
  if (loggedIn) localStorage.removeItem(LOGGED_OUT_KEY);
  else localStorage.setItem(LOGGED_OUT_KEY, 'yes');
}
