// SPDX-License-Identifier: MIT

import { ArrowLeft, CircleAlert, CircleCheckBig } from 'lucide';
import { useEffect, useState } from 'preact/hooks';

import { addressOf } from '../app/route';
import { databaseName } from '../data/database-name';
import { readBackup, restore, unsentHere } from '../data/restore';
import type { BackupSummary, Unsent } from '../data/restore';
import { syncStatus } from '../data/store';
import { rememberLoggedIn } from '../enrol/session';
import { ConfirmDialog } from '../ui/dialog';
import { Icon } from '../ui/icon';
import { Notice } from '../ui/message';
import { BackupFacts } from './backup-facts';
import { isHeldUp, OlderNotice, UnsentNotice } from './unsent-notices';
import { failureOf, t } from './words';
import type { Failure } from './words';
import './restore.css';

interface Chosen {
  file: File;
  summary: BackupSummary;
}

type Phase = 'choosing' | 'reading' | 'restoring' | 'done';

/** Brings a backup back: what a file holds, what that would do, and only then, when a person has confirmed it, doing it. */
export default function RestoreScreen() {
  const [phase, setPhase] = useState<Phase>('choosing');
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);

  async function read(file: File | undefined): Promise<void> {
    setChosen(null);
    setFailure(null);
    if (!file) return;
    setPhase('reading');
    try {
      setChosen({ file, summary: await readBackup(file) });
    } catch (error) {
      console.warn(error);
      setFailure(failureOf(error));
    }
    setPhase('choosing');
  }

  async function bringBack({ file }: Chosen): Promise<void> {
    setPhase('restoring');
    setFailure(null);
    try {
      await restore(file);
      rememberLoggedIn(true);
      setPhase('done');
    } catch (error) {
      console.warn(error);
      setFailure(failureOf(error));
      setPhase('choosing');
    }
  }

  return (
    <main class="settings restore" data-testid="restore-screen" data-phase={phase} aria-busy={phase === 'restoring'}>
      <h1>{t('restore.title')}</h1>
      {phase === 'done' ? (
        <Done shop={chosen?.summary.shop?.name ?? null} />
      ) : (
        <>
          <p class="restore-back">
            <a class="button" href={addressOf({ screen: 'settings' })} data-testid="restore-back">
              <Icon node={ArrowLeft} size={18} />
              {t('restore.back')}
            </a>
          </p>
          <section class="card stack">
            <p class="soft">{t('restore.intro')}</p>
            <label class="field">
              <span>{t('restore.choose')}</span>
              <input
                type="file"
                class="input"
                accept=".sawa"
                data-testid="restore-file"
                disabled={phase !== 'choosing'}
                onChange={({ currentTarget }) => void read(currentTarget.files?.[0])}
              />
            </label>
            {phase === 'reading' && <Working words={t('restore.reading')} />}
            {failure && (
              <Notice tone="danger" icon={CircleAlert} testId="restore-error" code={failure.code}>
                <strong>{t('restore.error.title')}</strong>
                <p>{failure.words}</p>
              </Notice>
            )}
          </section>
          {chosen && <BackupFacts summary={chosen.summary} byteCount={chosen.file.size} />}
          {chosen && <Warning isWorking={phase === 'restoring'} onConfirm={() => void bringBack(chosen)} />}
        </>
      )}
    </main>
  );
}

/** What will happen, what must be saved before, and the button. */
function Warning({ isWorking, onConfirm }: { isWorking: boolean; onConfirm: () => void }) {
  const [unsent, setUnsent] = useState<{ here: Unsent | null; older: Unsent[] } | null>(null);
  const [saved, setSaved] = useState<ReadonlySet<string>>(new Set());
  const [asking, setAsking] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const { waiting, needsAction } = syncStatus.value ?? {};

  async function look(): Promise<Unsent | null> {
    const [found, name] = await Promise.all([unsentHere(), databaseName()]);
    const here = found.find(({ database }) => database === name) ?? null;
    setUnsent({ here, older: found.filter((each) => each !== here) });
    return here;
  }

  useEffect(() => {
    look().catch((error: unknown) => setFailure(failureOf(error)));
  }, [waiting, needsAction]);

  async function confirm(): Promise<void> {
    try {
      // Another tab may have sold something since.
      const here = await look();
      if (!here || !isHeldUp(here, saved)) onConfirm();
    } catch (error) {
      setFailure(failureOf(error));
    }
  }

  const isReady = unsent !== null && (unsent.here === null || !isHeldUp(unsent.here, saved));
  return (
    <section class="card stack" aria-labelledby="restore-what">
      <h2 id="restore-what">{t('restore.whatHappens')}</h2>
      <ul class="restore-list">
        <li>{t('restore.happens.replaced')}</li>
        <li>{t('restore.happens.login')}</li>
        <li>{t('restore.happens.sent')}</li>
        <li>{t('restore.happens.kept')}</li>
      </ul>
      {unsent?.here && (
        <UnsentNotice
          unsent={unsent.here}
          saved={saved}
          onSaved={({ ids, database }) => setSaved(new Set([...saved, ...ids, database]))}
        />
      )}
      {unsent?.older.map((each) => (
        <OlderNotice key={each.database} unsent={each} />
      ))}
      {failure && (
        <Notice tone="danger" icon={CircleAlert} testId="restore-look-error" code={failure.code}>
          {failure.words}
        </Notice>
      )}
      {isWorking && <Working words={t('restore.working')} />}
      <button
        type="button"
        class="button button-danger button-large"
        data-testid="restore-start"
        disabled={!isReady || isWorking}
        onClick={() => setAsking(true)}
      >
        {t('restore.start')}
      </button>
      {asking && (
        <ConfirmDialog
          title={t('restore.ask')}
          hint={t('restore.askHint')}
          confirm={t('restore.start')}
          testId="restore-yes"
          onConfirm={() => void confirm()}
          onClose={() => setAsking(false)}
        />
      )}
    </section>
  );
}

function Working({ words }: { words: string }) {
  return (
    <>
      <progress class="progress" aria-label={words} />
      <p class="soft" role="status">
        {words}
      </p>
    </>
  );
}

function Done({ shop }: { shop: string | null }) {
  return (
    <section class="card stack" data-testid="restore-done">
      <Notice tone="good" icon={CircleCheckBig}>
        <strong>{t('restore.done')}</strong>
        <p>{shop === null ? t('restore.doneHintNoShop') : t('restore.doneHint', { name: shop })}</p>
      </Notice>
      <button
        type="button"
        class="button button-primary button-large"
        data-testid="restore-continue"
        onClick={() => {
          location.hash = addressOf({ screen: 'till' });
          location.reload();
        }}
      >
        {t('restore.continue')}
      </button>
    </section>
  );
}
