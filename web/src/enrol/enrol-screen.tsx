// SPDX-License-Identifier: MIT

import { CloudUpload, HardDrive, Upload, WifiOff } from 'lucide';

import { addressOf } from '../app/route';
import { enrolDevice, logIn } from '../data/store';
import { protectStorage } from '../data/storage-care';
import { t } from '../i18n';
import { LanguageSwitch } from '../settings/language-switch';
import { BrandMark } from '../ui/brand-mark';
import { Icon } from '../ui/icon';
import { WipedNotice } from '../app/storage-notices';
import { LoginForm } from './login-form';
import { rememberLoggedIn } from './session';
import './enrol.css';

/** The first screen of a new device. With `known`, of one whose user has logged out. */
export function EnrolScreen({ known }: { known: boolean }) {
  async function submit(username: string, password: string, deviceName: string): Promise<void> {
    if (known) await logIn(username, password);
    else await enrolDevice(username, password, deviceName);
    rememberLoggedIn(true);
    void protectStorage();
  }

  return (
    <main class="enrol">
      <section class="enrol-story">
        <div class="enrol-brand">
          <BrandMark size={44} />
          <span>{t('app.name')}</span>
        </div>
        <p class="enrol-promise">{t('enrol.promise')}</p>
        <ul class="enrol-promises">
          <li>
            <Icon node={WifiOff} />
            {t('enrol.promise.sell')}
          </li>
          <li>
            <Icon node={HardDrive} />
            {t('enrol.promise.safe')}
          </li>
          <li>
            <Icon node={CloudUpload} />
            {t('enrol.promise.send')}
          </li>
        </ul>
      </section>
      <section class="enrol-form">
        <LanguageSwitch />
        <h1>{known ? t('login.title') : t('enrol.title')}</h1>
        <p class="soft">{known ? t('login.loggedOut') : t('enrol.intro')}</p>
        <WipedNotice />
        <LoginForm
          askDeviceName={!known}
          submitWords={known ? t('login.submit') : t('enrol.submit')}
          onSubmit={submit}
        />
        {!known && (
          <a class="button button-quiet" href={addressOf({ screen: 'restore' })} data-testid="restore-link">
            <Icon node={Upload} size={18} />
            {t('settings.restore')}
          </a>
        )}
      </section>
    </main>
  );
}
