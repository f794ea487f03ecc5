// SPDX-License-Identifier: MIT

import { CircleAlert, CircleCheckBig, GitCompareArrows, Undo2 } from 'lucide';
import { useEffect, useRef, useState } from 'preact/hooks';

import { conflicts, openConflicts } from '../data/conflicts';
import type { Conflict, ConflictState } from '../data/conflicts';
import { useRecords } from '../data/live';
import { errorCode, tracked } from '../data/store';
import { errorWords } from '../i18n';
import { Icon } from '../ui/icon';
import { LoadMore } from '../ui/load-more';
import { EmptyState, Notice } from '../ui/message';
import { ConflictCard } from './conflict-card';
import type { Decision } from './conflict-card';
import { t } from './words';
import './conflicts.css';

const PAGE = 20;
const FILTERS: readonly ConflictState[] = ['open', 'settled', 'resolved'];

/** What happened to the last decision, for the line above the list. */
type Outcome = { conflict: Conflict; decision: Decision; name: string } | { failure: string };

/** The conflicts of the shop: what needs a person first, and beside it what the rules and people have decided. */
export default function ConflictsScreen() {
  const [filter, setFilter] = useState<ConflictState>(openConflicts.peek() > 0 ? 'open' : 'settled');
  const [shown, setShown] = useState(PAGE);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const found = useRecords('sawa_conflicts', {
    where: { state: filter },
    orderBy: [{ field: 'at_ms', descending: true }],
    limit: shown,
  });
  // While the filter changes, the records of the last one are still there.
  const list = found?.filter(({ state }) => state === filter) as Conflict[] | undefined;

  async function decide(conflict: Conflict, decision: Decision, name: string): Promise<void> {
    try {
      await tracked(decision === 'undo' ? conflicts().undo(conflict.id) : conflicts().resolve(conflict.id, decision));
      setOutcome({ conflict, decision, name });
    } catch (error) {
      console.warn(error);
      setOutcome({ failure: errorCode(error) });
    }
  }

  return (
    <main class="conflicts" data-testid="conflicts-screen" data-filter={filter}>
      <h1>{t('conflicts.title')}</h1>
      <p class="soft">{t('conflicts.intro')}</p>
      <Filters
        chosen={filter}
        onChoose={(chosen) => {
          setFilter(chosen);
          setShown(PAGE);
          setOutcome(null);
        }}
      />
      {outcome && <OutcomeLine outcome={outcome} onUndo={(conflict, name) => void decide(conflict, 'undo', name)} />}
      {list?.length === 0 && (
        <EmptyState
          icon={filter === 'open' ? CircleCheckBig : GitCompareArrows}
          title={t(`conflicts.empty.${filter}`)}
          hint={t('conflicts.emptyHint')}
        />
      )}
      <ul class="conflict-list">
        {list?.map((conflict) => (
          <li key={conflict.id}>
            <ConflictCard conflict={conflict} onDecide={(...chosen) => void decide(...chosen)} />
          </li>
        ))}
      </ul>
      {list && list.length >= shown && <LoadMore key={shown} onMore={() => setShown(shown + PAGE)} />}
    </main>
  );
}

function Filters({ chosen, onChoose }: { chosen: ConflictState; onChoose: (state: ConflictState) => void }) {
  const open = openConflicts.value;
  return (
    <div class="segments" role="radiogroup" aria-label={t('conflicts.filter')}>
      {FILTERS.map((state) => (
        <label key={state} class="segment">
          <input
            type="radio"
            name="conflicts"
            value={state}
            checked={chosen === state}
            data-testid={`conflicts-${state}`}
            onChange={() => onChoose(state)}
          />
          <span>
            {t(`conflicts.filter.${state}`)}
            {state === 'open' && open > 0 && ` (${open})`}
          </span>
        </label>
      ))}
    </div>
  );
}

/** Takes the focus, which was on a button that has gone with its conflict. */
function OutcomeLine(props: { outcome: Outcome; onUndo: (conflict: Conflict, name: string) => void }) {
  const { outcome, onUndo } = props;
  const line = useRef<HTMLDivElement>(null);
  useEffect(() => line.current?.focus(), [outcome]);
  if ('failure' in outcome) {
    return (
      <div ref={line} tabIndex={-1}>
        <Notice tone="danger" icon={CircleAlert} testId="conflict-failure" code={outcome.failure}>
          {errorWords(outcome.failure)}
        </Notice>
      </div>
    );
  }
  const { conflict, decision, name } = outcome;
  return (
    <div ref={line} tabIndex={-1}>
      <Notice tone="good" icon={CircleCheckBig} testId="conflict-outcome">
        <div class="conflict-outcome">
          {t(decision === 'undo' ? 'conflicts.undone' : 'conflicts.decided', { name })}
          {decision !== 'undo' && (
            <button
              type="button"
              class="button"
              data-testid="conflict-outcome-undo"
              onClick={() => onUndo(conflict, name)}
            >
              <Icon node={Undo2} size={18} />
              {t('conflicts.undo')}
            </button>
          )}
        </div>
      </Notice>
    </div>
  );
}
