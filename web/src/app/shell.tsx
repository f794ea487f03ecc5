// SPDX-License-Identifier: MIT

import { ReceiptText, Settings, ShoppingBasket } from 'lucide';
import type { IconNode } from 'lucide';

import { CartBar, CartPanel } from '../cart/cart-panel';
import { Catalogue } from '../catalogue/catalogue';
import { enrolment } from '../data/store';
import { AnewBanner } from '../enrol/anew-banner';
import { t } from '../i18n';
import { firstPrint } from '../receipt/first-print';
import { ReceiptScreen } from '../receipt/receipt-screen';
import { SalesScreen } from '../sales/sales-screen';
import { SettingsScreen } from '../settings/settings-screen';
import { LateBanner } from '../status/late-banner';
import { StatusChip } from '../status/status-chip';
import { BrandMark } from '../ui/brand-mark';
import { Icon } from '../ui/icon';
import { loadedLater } from '../ui/loaded-later';
import { addressOf, route } from './route';
import type { Route } from './route';
import { LowStorageBanner, WipedNotice } from './storage-notices';
import { UpdateBanner } from './updates';
import './shell.css';

const ConflictsScreen = loadedLater(() => import('../conflicts/conflicts-screen'));

/** The frame around every screen of an enrolled device. */
export function Shell() {
  return (
    <div class="shell">
      <header class="top-bar">
        <a class="brand" href={addressOf({ screen: 'till' })}>
          <BrandMark size={34} />
          <span class="brand-words">
            <strong>{enrolment.value?.shop.name}</strong>
            <span>{enrolment.value?.device.name}</span>
          </span>
        </a>
        <Navigation />
        <StatusChip />
      </header>
      <UpdateBanner />
      <AnewBanner />
      <LateBanner />
      <LowStorageBanner />
      <WipedNotice />
      <Screen />
    </div>
  );
}

function Screen() {
  const current = route.value;
  switch (current.screen) {
    case 'till':
      return (
        <main class="till">
          <Catalogue />
          <CartPanel />
          <CartBar />
        </main>
      );
    case 'sales':
      return <SalesScreen />;
    case 'settings':
      return <SettingsScreen />;
    case 'conflicts':
      return <ConflictsScreen />;
    case 'restore':
      return null;
    case 'receipt':
      return <ReceiptScreen key={current.saleId} saleId={current.saleId} />;
  }
}

function Navigation() {
  return (
    <nav class="nav" aria-label={t('nav.label')}>
      <NavLink target="till" icon={ShoppingBasket} words={t('nav.till')} />
      <NavLink target="sales" icon={ReceiptText} words={t('nav.sales')} />
      <NavLink target="settings" icon={Settings} words={t('nav.settings')} />
    </nav>
  );
}

/** The screens that the navigation leads to. */
type NavTarget = 'till' | 'sales' | 'settings';

function NavLink(props: { target: NavTarget; icon: IconNode; words: string }) {
  const { target, icon, words } = props;
  const screen = currentTarget();
  return (
    <a
      class="nav-link"
      href={addressOf({ screen: target })}
      aria-current={screen === target ? 'page' : undefined}
      data-testid={`nav-${target}`}
    >
      <Icon node={icon} />
      <span>{words}</span>
    </a>
  );
}

/** A receipt belongs to the till right after its sale, and to the list of sales later. */
function currentTarget(): Exclude<Route['screen'], 'receipt'> {
  const current = route.value;
  if (current.screen !== 'receipt') return current.screen;
  return current.saleId === firstPrint.value ? 'till' : 'sales';
}
