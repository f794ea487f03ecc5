// SPDX-License-Identifier: MIT

import { X } from 'lucide';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

import { t } from '../i18n';
import { Icon } from './icon';
import './styles/dialog.css';

interface DialogProps {
  title: string;
  onClose: () => void;
  /** `panel` slides in from the side; `question` stands in the middle. */
  kind: 'panel' | 'question';
  testId?: string;
  children: ComponentChildren;
}

/** A modal dialog that is open as long as it is drawn. Escape and a click beside it close it. */
export function Dialog({ title, onClose, kind, testId, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      class={`dialog dialog-${kind}`}
      aria-label={title}
      data-testid={testId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === dialog.current) onClose();
      }}
    >
      <div class="dialog-body">
        <header class="dialog-head">
          <h2>{title}</h2>
          <button type="button" class="button button-quiet button-icon" onClick={onClose} aria-label={t('app.close')}>
            <Icon node={X} />
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}

/** Asks before something that cannot be taken back. */
export function ConfirmDialog(props: {
  title: string;
  hint: string;
  confirm: string;
  testId: string;
  onConfirm: () => void;
  onClose: () => void;
}) {
  return (
    <Dialog kind="question" title={props.title} onClose={props.onClose}>
      <p class="soft">{props.hint}</p>
      <div class="dialog-actions">
        <button type="button" class="button" onClick={props.onClose}>
          {t('app.cancel')}
        </button>
        <button
          type="button"
          class="button button-danger"
          data-testid={props.testId}
          onClick={() => {
            props.onClose();
            props.onConfirm();
          }}
        >
          {props.confirm}
        </button>
      </div>
    </Dialog>
  );
}
