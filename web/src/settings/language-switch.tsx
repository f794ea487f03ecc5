// SPDX-License-Identifier: MIT

import { language, t } from '../i18n';
import type { Language } from '../i18n';

// Each language is named in itself, so that everybody finds their own.
const LANGUAGES: readonly { code: Language; name: string }[] = [
  { code: 'sw', name: 'Kiswahili' },
  { code: 'en', name: 'English' },
];

export function LanguageSwitch() {
  return (
    <div class="segments" role="radiogroup" aria-label={t('settings.language')}>
      {LANGUAGES.map(({ code, name }) => (
        <label key={code} class="segment" lang={code}>
          <input
            type="radio"
            name="language"
            value={code}
            checked={language.value === code}
            data-testid={`language-${code}`}
            onChange={() => (language.value = code)}
          />
          <span>{name}</span>
        </label>
      ))}
    </div>
  );
}
