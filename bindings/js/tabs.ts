// SPDX-License-Identifier: MIT
// The other contexts of the same database: tabs and the service worker. Data never travels here; a message only says
// "look", and a lock decides who talks to the network.

const CHANNEL_PREFIX = 'sawa:';
/** Longer than any run that makes progress between two looks; a frozen tab keeps its lock for ever. */
const LOCK_WAIT_MS = 90_000;

function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && (error.name === 'TimeoutError' || error.name === 'AbortError');
}

const LOOK = 'look';
const ASK_FOR_TURN = 'turn';

/** The run's own promise tells how it went. */
function ignore(): void {
  return;
}

export class Tabs {
  readonly #channel: BroadcastChannel | null;
  readonly #lockName: string;

  constructor(databaseName: string, onLook: () => void, onAskedForTurn: () => void) {
    this.#lockName = `${CHANNEL_PREFIX}${databaseName}:network`;
    this.#channel =
      typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(CHANNEL_PREFIX + databaseName);
    if (this.#channel) {
      this.#channel.onmessage = ({ data }) => (data === ASK_FOR_TURN ? onAskedForTurn() : onLook());
      // Node would otherwise not end while a database is open.
      (this.#channel as { unref?: () => void }).unref?.();
    }
  }

  /** Tells the others that there is something new in storage. */
  look(): void {
    this.#channel?.postMessage(LOOK);
  }

  /** Asks the others to hold their next writes for a moment: they have been faster every time. */
  askForTurn(): void {
    this.#channel?.postMessage(ASK_FOR_TURN);
  }

  /**
   * Runs `work` while no other context of this database does. A holder that does not let go is taken for frozen, and two
   * may then work at once: the server's receipts and the log's order keep even that right.
   */
  async exclusively<Result>(work: () => Promise<Result>): Promise<Result> {
    // The page of an insecure origin, and Node, have no locks.
    if (typeof navigator === 'undefined' || !navigator.locks) return work();
    let running: Promise<Result> | null = null;
    const once = () => (running ??= work());
    try {
      await navigator.locks.request(this.#lockName, { signal: AbortSignal.timeout(LOCK_WAIT_MS) }, once);
    } catch (error) {
      // Somebody stole the lock from this run, which goes on; or its own failure, which is met below.
      if (!running && isTimeout(error))
        await navigator.locks.request(this.#lockName, { steal: true }, once).catch(ignore);
      else if (!running) throw error;
    }
    return once();
  }

  close(): void {
    this.#channel?.close();
  }
}
