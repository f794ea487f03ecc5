// SPDX-License-Identifier: MIT

import { t } from '../i18n';
import { categories, chooseCategory, chosenCategory, chosenGroup } from './catalogue-state';
import { groupHue, groupOf, leafOf } from './category';

/** The groups of the catalogue and, once one is chosen, the categories in it. */
export function CategoryChips() {
  const groups = [...new Set(categories.value.map(groupOf))];
  const group = chosenGroup.value;
  const finer = group === null ? [] : categories.value.filter((category) => groupOf(category) === group);
  if (groups.length < 2) return null;
  return (
    <>
      <div class="chips" role="group" aria-label={t('catalogue.categories')}>
        <Chip words={t('catalogue.all')} id="all" pressed={group === null} onPress={() => chooseCategory(null)} />
        {groups.map((each) => (
          <Chip
            key={each}
            words={each}
            id={each}
            hue={groupHue(each)}
            pressed={group === each}
            onPress={() => chooseCategory(each)}
          />
        ))}
      </div>
      {group !== null && finer.length > 1 && (
        <div class="chips" role="group" aria-label={group}>
          {finer.map((each) => (
            <Chip
              key={each}
              words={leafOf(each)}
              id={each}
              pressed={chosenCategory.value === each}
              onPress={() => chooseCategory(group, chosenCategory.value === each ? null : each)}
            />
          ))}
        </div>
      )}
    </>
  );
}

function Chip(props: { words: string; id: string; hue?: number; pressed: boolean; onPress: () => void }) {
  const { words, id, hue, pressed, onPress } = props;
  return (
    <button type="button" class="chip" aria-pressed={pressed} data-testid={`category-${id}`} onClick={onPress}>
      {hue !== undefined && <span class="chip-dot" style={{ '--hue': hue }} />}
      {words}
    </button>
  );
}
