// SPDX-License-Identifier: MIT

import { Upload } from 'lucide';
import type { ComponentChildren } from 'preact';

import { installPrompt, offerInstall } from '../app/install';
import { addressOf } from '../app/route';
import { backupFile, unsentFile } from '../data/backup';
import { enrolment, syncStatus } from '../data/store';
import { t } from '../i18n';
import { Icon } from '../ui/icon';
import { SaveButton } from '../ui/save-button';
import { LanguageSwitch } from './language-switch';
import { LogOut } from './log-out';
import { StorageSettings } from './storage-settings';
import './settings.css';

declare const __APP_VERSION__: string;

export function SettingsScreen() {
  return (
    <main class="settings">
      <h1>{t('settings.title')}</h1>
      <Card title={t('settings.language')}>
        <LanguageSwitch />
      </Card>
      <DeviceSettings />
      <Card title={t('settings.storage')}>
        <StorageSettings />
      </Card>
      <Card title={t('settings.backup')}>
        <BackupSettings />
      </Card>
      <Card title={t('settings.keys')}>
        <dl class="facts">
          <Fact name={t('settings.key.search')} value={<kbd>/</kbd>} />
          <Fact name={t('settings.key.add')} value={<kbd>Enter</kbd>} />
          <Fact
            name={t('settings.key.pay')}
            value={
              <>
                <kbd>Ctrl</kbd> <kbd>Enter</kbd>
              </>
            }
          />
        </dl>
      </Card>
      <Card title={t('settings.app')}>
        <dl class="facts">
          <Fact name={t('settings.version')} value={<span data-testid="app-version">{__APP_VERSION__}</span>} />
        </dl>
        {installPrompt.value && (
          <button type="button" class="button" onClick={() => void offerInstall()}>
            {t('settings.install')}
          </button>
        )}
      </Card>
      <Card title={t('settings.logout')}>
        <LogOut />
      </Card>
    </main>
  );
}

function BackupSettings() {
  const { waiting = 0, needsAction = 0 } = syncStatus.value ?? {};
  return (
    <div class="stack">
      <p class="soft">{t('settings.backupHint')}</p>
      <SaveButton words={t('settings.backupSave')} testId="backup-save" make={backupFile} />
      {waiting + needsAction > 0 && (
        <SaveButton words={t('settings.backupUnsent')} testId="backup-unsent" make={unsentFile} />
      )}
      <a class="button" href={addressOf({ screen: 'restore' })} data-testid="restore-link">
        <Icon node={Upload} size={18} />
        {t('settings.restore')}
      </a>
    </div>
  );
}

function DeviceSettings() {
  const identity = enrolment.value;
  if (!identity) return null;
  return (
    <Card title={t('settings.device')}>
      <dl class="facts">
        <Fact name={t('settings.shop')} value={identity.shop.name} />
        <Fact name={t('settings.deviceName')} value={identity.device.name} />
        <Fact name={t('settings.series')} value={<span data-testid="device-series">{identity.device.series}</span>} />
        <Fact name={t('settings.user')} value={identity.actor.name} />
        <Fact name={t('settings.timeZone')} value={identity.shop.time_zone} />
      </dl>
    </Card>
  );
}

function Card({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section class="card">
      <h2>{title}</h2>
      {children}
    </section>
  );
}

function Fact({ name, value }: { name: string; value: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
