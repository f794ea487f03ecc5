// SPDX-License-Identifier: MIT

import { CircleAlert } from 'lucide';
import { useState } from 'preact/hooks';

import { errorCode } from '../data/store';
import { errorWords, t } from '../i18n';
import { TextField } from '../ui/field';
import { Notice } from '../ui/message';

interface LoginFormProps {
  /** With a device name the form enrols; without it, it renews the log-in of this device. */
  askDeviceName: boolean;
  /** The name that the form begins with. */
  deviceName?: string;
  submitWords: string;
  onSubmit: (username: string, password: string, deviceName: string) => Promise<void>;
}

/** User name, password and, for a new device, its name. Says in plain words why it did not work. */
export function LoginForm({ askDeviceName, submitWords, onSubmit, ...given }: LoginFormProps) {
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [deviceName, setDeviceName] = useState(() => given.deviceName ?? t('enrol.deviceDefault'));
  const [working, setWorking] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    if (working) return;
    setWorking(true);
    setFailure(null);
    try {
      await onSubmit(username.trim(), password, deviceName.trim());
    } catch (error) {
      console.warn(error);
      setFailure(errorCode(error));
      setWorking(false);
    }
  }

  return (
    <form class="stack" onSubmit={submit}>
      <TextField
        label={t('enrol.username')}
        testId="enrol-username"
        name="username"
        autocomplete="username"
        value={username}
        onText={setUsername}
      />
      <TextField
        label={t('enrol.password')}
        testId="enrol-password"
        name="password"
        kind="password"
        autocomplete="current-password"
        value={password}
        onText={setPassword}
      />
      {askDeviceName && (
        <TextField
          label={t('enrol.device')}
          hint={t('enrol.deviceHint')}
          testId="enrol-device"
          name="device"
          autocomplete="off"
          maxLength={60}
          value={deviceName}
          onText={setDeviceName}
        />
      )}
      {failure && (
        <Notice tone="danger" icon={CircleAlert} testId="enrol-error" code={failure}>
          {errorWords(failure)}
        </Notice>
      )}
      <button type="submit" class="button button-primary button-large" data-testid="enrol-submit" disabled={working}>
        {working && <span class="spinner" />}
        {working ? t('enrol.working') : submitWords}
      </button>
    </form>
  );
}
