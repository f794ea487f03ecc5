// SPDX-License-Identifier: MIT
// The other contexts of the same database: tabs and the service worker. Data never travels here; a message only says
// "look", and a lock decides who talks to the network.

const CHANNEL_PREFIX = 'sawa:';

export class Tabs {
  readonly #channel: BroadcastChannel | null;
  readonly #lockName: string;

  constructor(databaseName: string, onLook: () => void) {
    this.#lockName = `${CHANNEL_PREFIX}${databaseName}:network`;
    this.#channel =
      typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(CHANNEL_PREFIX + databaseName);
    if (this.#channel) {
      this.#channel.onmessage = onLook;
      // Node would otherwise not end while a database is open.
      (this.#channel as { unref?: () => void }).unref?.();
    }
  }

  /** Tells the others that there is something new in storage. */
  look(): void {
    this.#channel?.postMessage('look');
  }

  /** Runs `work` while no other context of this database does. */
  async exclusively<Result>(work: () => Promise<Result>): Promise<Result> {
    // The page of an insecure origin, and Node, have no locks; the server's receipts keep even two senders right.
    if (typeof navigator === 'undefined' || !navigator.locks) return work();
    return navigator.locks.request(this.#lockName, work) as Promise<Result>;
  }

  close(): void {
    this.#channel?.close();
  }
}
