// SPDX-License-Identifier: MIT

import { CircleAlert } from 'lucide';
import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';

import { t } from '../i18n';
import { EmptyState } from './message';

/**
 * A screen, or a part of one, whose code is fetched when it is first shown, so that the till starts without it. With no
 * network it comes from the files that the service worker keeps.
 */
export function loadedLater(
  load: () => Promise<{ default: ComponentType }>,
  frame: 'main' | 'div' = 'main',
): ComponentType {
  const Frame = frame;
  let loaded: ComponentType | null = null;
  return function LoadedLater() {
    const [Screen, setScreen] = useState<{ draw: ComponentType } | null>(loaded && { draw: loaded });
    const [failed, setFailed] = useState(false);
    async function fetchScreen(): Promise<void> {
      setFailed(false);
      try {
        loaded = (await load()).default;
        setScreen({ draw: loaded });
      } catch (error) {
        console.warn(error);
        setFailed(true);
      }
    }
    useEffect(() => {
      if (!Screen) void fetchScreen();
    }, []);
    if (Screen) return <Screen.draw />;
    if (!failed) return <Frame aria-busy="true" />;
    return (
      <Frame class={frame === 'main' ? 'opening' : undefined}>
        <EmptyState icon={CircleAlert} title={t('error.engine_not_loaded')}>
          <button type="button" class="button" onClick={() => void fetchScreen()}>
            {t('app.tryAgain')}
          </button>
        </EmptyState>
      </Frame>
    );
  };
}
