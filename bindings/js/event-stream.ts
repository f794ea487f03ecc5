// SPDX-License-Identifier: MIT
// Server-sent events out of a response's body: EventSource can send no header, and tells neither status nor silence.

const LINE_LENGTH_MAX = 4096;

/**
 * Calls `onEvent` with the type of each event, and `onBytes` whenever anything comes. Resolves at the stream's end; rejects
 * if it breaks off, or if a line is longer than any that belongs to such a stream.
 */
export async function readEvents(
  body: ReadableStream<Uint8Array>,
  onBytes: () => void,
  onEvent: (type: string) => void,
): Promise<void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  let type = '';
  let hasData = false;
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      onBytes();
      const lines = (rest + decoder.decode(value, { stream: true })).split(/\r?\n/);
      rest = lines.pop()!;
      if (rest.length > LINE_LENGTH_MAX) throw new RangeError('a line of the stream is too long');
      for (const line of lines) {
        if (line.startsWith('event:')) type = line.slice('event:'.length).trim();
        else if (line.startsWith('data:')) hasData = true;
        else if (line === '') {
          if (hasData) onEvent(type || 'message');
          type = '';
          hasData = false;
        }
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
