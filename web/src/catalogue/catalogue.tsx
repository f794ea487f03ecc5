// SPDX-License-Identifier: MIT

import { t } from '../i18n';
import { CategoryChips } from './category-chips';
import { FirstLoad } from './first-load';
import { ProductList } from './product-list';
import { SearchBox } from './search-box';
import './catalogue.css';

/** The left half of the till: find a product and put it in the cart. */
export function Catalogue() {
  return (
    <section class="catalogue" aria-label={t('catalogue.title')}>
      <div class="catalogue-head">
        <SearchBox />
        <CategoryChips />
      </div>
      <div class="catalogue-body" id="products" tabIndex={-1}>
        <FirstLoad />
        <ProductList />
      </div>
    </section>
  );
}
