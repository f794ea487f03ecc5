// SPDX-License-Identifier: MIT

import { CircleAlert, CircleCheckBig, CircleDashed, SearchCheck, Wrench } from 'lucide';
import type { IconNode } from 'lucide';

import { addWords, errorWords } from '../i18n';
import { formatMoment } from '../i18n/dates';
import { formatNumber } from '../i18n/money';
import { Icon } from '../ui/icon';
import { Notice } from '../ui/message';
import { checkFailure, compareAll, comparing, digestMemory } from '../data/digest';
import type { DigestOutcome, DigestResult } from '../data/digest-result';
import { digestEn } from './words-en';
import { digestSw } from './words-sw';

const t = addWords(digestEn, digestSw);

const TONES = { equal: 'good', repaired: 'warning', differs: 'danger', undecided: 'plain' } as const;
const ICONS: Record<DigestOutcome, IconNode> = {
  equal: CircleCheckBig,
  repaired: Wrench,
  differs: CircleAlert,
  undecided: CircleDashed,
};

/** Whether this device has what the server has, as far as that is known, and the button that finds out. */
export default function DigestSection() {
  const compared = comparing.value;
  const isComparing = compared !== null;
  return (
    <section class="stack" aria-labelledby="digest-title" data-testid="digest">
      <h3 id="digest-title">{t('digest.title')}</h3>
      <Finding />
      {isComparing && (
        <>
          <progress class="progress" aria-label={t('digest.checking')} />
          <p class="soft" role="status" data-testid="digest-progress" data-compared={compared}>
            {t('digest.progress', { compared: formatNumber(compared) })}
          </p>
        </>
      )}
      {checkFailure.value !== null && (
        <Notice tone="danger" icon={CircleAlert} testId="digest-error" code={checkFailure.value}>
          <strong>{t('digest.failed')}</strong>
          <p>{errorWords(checkFailure.value)}</p>
        </Notice>
      )}
      <button
        type="button"
        class="button"
        data-testid="digest-check"
        disabled={isComparing}
        onClick={() => void compareAll()}
      >
        {isComparing ? <span class="spinner" /> : <Icon node={SearchCheck} size={18} />}
        {isComparing ? t('digest.checking') : t('digest.check')}
      </button>
    </section>
  );
}

function Finding() {
  const { last = null, difference = null } = digestMemory.value ?? {};
  if (!last) {
    return (
      <p class="soft" data-testid="digest-result" data-outcome="none">
        {t('digest.never')}
      </p>
    );
  }
  return (
    <div data-testid="digest-result" data-outcome={last.outcome} data-differing={last.differing}>
      <Notice tone={TONES[last.outcome]} icon={ICONS[last.outcome]}>
        {wordsOf(last)}
        {difference && difference.atMs < last.atMs && last.differing === 0 && (
          <p>{t('digest.before', { count: difference.differing, at: formatMoment(difference.atMs) })}</p>
        )}
      </Notice>
    </div>
  );
}

function wordsOf({ outcome, differing, compared, atMs }: DigestResult): string {
  return t(`digest.${outcome}`, { count: differing, compared: formatNumber(compared), at: formatMoment(atMs) });
}
