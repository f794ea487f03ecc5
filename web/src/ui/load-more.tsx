// SPDX-License-Identifier: MIT

import { useEffect, useRef } from 'preact/hooks';

import { t } from '../i18n';

/** Asks for the next page of a list when it comes near the screen, or when it is pressed. */
export function LoadMore({ onMore }: { onMore: () => void }) {
  const button = useRef<HTMLButtonElement>(null);
  const latest = useRef(onMore);
  latest.current = onMore;
  useEffect(() => {
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) latest.current();
      },
      { scrollMargin: '600px' },
    );
    if (button.current) observer.observe(button.current);
    return () => observer.disconnect();
  }, []);
  return (
    <button ref={button} type="button" class="button load-more" onClick={onMore}>
      {t('catalogue.more')}
    </button>
  );
}
