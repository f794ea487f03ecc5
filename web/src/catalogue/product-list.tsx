// SPDX-License-Identifier: MIT

import { PackageOpen, SearchX } from 'lucide';
import { useEffect, useRef } from 'preact/hooks';

import { useRecords } from '../data/live';
import { syncStatus } from '../data/store';
import { t } from '../i18n';
import { LoadMore } from '../ui/load-more';
import { EmptyState } from '../ui/message';
import {
  chooseCategory,
  chosenCategory,
  chosenGroup,
  productQuery,
  searchFor,
  searchWords,
  showMore,
  shownCount,
} from './catalogue-state';
import { ProductCard } from './product-card';

/** The products that fit the search, a page at a time. */
export function ProductList() {
  const products = useRecords('bidhaas', productQuery.value);
  const top = useRef<HTMLDivElement>(null);
  useEffect(() => {
    top.current?.parentElement?.scrollTo(0, 0);
  }, [searchWords.value, chosenGroup.value, chosenCategory.value]);

  const loading = !syncStatus.value?.ready && searchWords.value === '';
  if (!products) return loading ? <Skeleton /> : null;
  if (products.length === 0) return loading ? <Skeleton /> : <Nothing />;
  return (
    <div ref={top} class="product-list" data-testid="products">
      <ul class="products">
        {products.map((product) => (
          <ProductCard key={product.id} product={product} />
        ))}
      </ul>
      {products.length >= shownCount.value && <LoadMore key={shownCount.value} onMore={showMore} />}
    </div>
  );
}

function Nothing() {
  const words = searchWords.value.trim();
  if (words === '' && chosenGroup.value === null) {
    return <EmptyState icon={PackageOpen} title={t('catalogue.emptyTitle')} hint={t('catalogue.emptyHint')} />;
  }
  return (
    <EmptyState
      icon={SearchX}
      title={words === '' ? t('catalogue.noneInCategory') : t('catalogue.noneTitle', { words })}
      hint={t('catalogue.noneHint')}
    >
      <button
        type="button"
        class="button"
        onClick={() => {
          searchFor('');
          chooseCategory(null);
        }}
      >
        {t('catalogue.showAll')}
      </button>
    </EmptyState>
  );
}

function Skeleton() {
  return (
    <ul class="products" aria-busy="true" aria-label={t('load.title')}>
      {Array.from({ length: 12 }, (_, index) => (
        <li key={index} class="product-cell">
          <div class="product product-skeleton" />
        </li>
      ))}
    </ul>
  );
}
