// SPDX-License-Identifier: MIT
// The browser's own question whether to install the app, kept until the user asks for it.

import { signal } from '@preact/signals';

interface InstallPrompt extends Event {
  prompt(): Promise<unknown>;
}

export const installPrompt = signal<InstallPrompt | null>(null);

window.addEventListener('beforeinstallprompt', (event) => {
  event.preventDefault();
  installPrompt.value = event as InstallPrompt;
});
window.addEventListener('appinstalled', () => (installPrompt.value = null));

export async function offerInstall(): Promise<void> {
  await installPrompt.peek()?.prompt();
  installPrompt.value = null;
}
