// SPDX-License-Identifier: MIT

import { useId } from 'preact/hooks';

interface FieldProps {
  label: string;
  hint?: string;
  testId: string;
  name: string;
  kind?: 'text' | 'password';
  autocomplete: 'off' | 'username' | 'current-password';
  maxLength?: number;
  value: string;
  onText: (text: string) => void;
}

/** A labelled one-line text box that must be filled in. */
export function TextField({ label, hint, testId, name, kind, autocomplete, maxLength, value, onText }: FieldProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        class="input"
        {...(kind === 'password' ? { type: 'password' as const } : { type: 'text' as const })}
        name={name}
        required
        autocomplete={autocomplete}
        autocapitalize="none"
        spellcheck={false}
        maxLength={maxLength ?? 150}
        value={value}
        data-testid={testId}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onInput={(event) => onText(event.currentTarget.value)}
      />
      {hint && (
        <p id={`${id}-hint`} class="field-hint">
          {hint}
        </p>
      )}
    </div>
  );
}
