// SPDX-License-Identifier: MIT

import { CircleAlert, Download } from 'lucide';
import { useState } from 'preact/hooks';

import { errorCode } from '../data/store';
import { errorWords } from '../i18n';
import { Icon } from './icon';
import { Notice } from './message';

/** Makes a file and gives it to the person, as a download. */
export function SaveButton(props: { words: string; testId: string; make: () => Promise<File> }) {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);

  async function save(): Promise<void> {
    setBusy(true);
    setFailure(null);
    try {
      offer(await props.make());
    } catch (error) {
      console.warn(error);
      setFailure(errorCode(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <>
      <button type="button" class="button" data-testid={props.testId} disabled={busy} onClick={() => void save()}>
        {busy ? <span class="spinner" /> : <Icon node={Download} size={18} />}
        {props.words}
      </button>
      {failure && (
        <Notice tone="danger" icon={CircleAlert} testId={`${props.testId}-error`} code={failure}>
          {errorWords(failure)}
        </Notice>
      )}
    </>
  );
}

const OFFERED_MS = 60_000;

function offer(file: File): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = file.name;
  link.click();
  // The browser reads it after the click has returned.
  setTimeout(() => URL.revokeObjectURL(link.href), OFFERED_MS);
}
