// SPDX-License-Identifier: MIT
// The till in one tab, as the person at it sees it. docs/till.md lists the test ids.
import { DEMO_PASSWORD, DEMO_USER } from './shop-database.mjs';

export class Till {
  constructor(page, address) {
    this.page = page;
    this.address = address;
  }

  at(testId) {
    return this.page.getByTestId(testId);
  }

  get chip() {
    return this.at('status-chip');
  }

  /** Loads the app, and waits until it shows something to do. */
  async open() {
    await this.page.goto(`${this.address}/`);
    await this.untilOpen();
  }

  async untilOpen() {
    await this.page
      .locator('[data-testid=enrol-submit], [data-testid=status-chip], [data-testid=open-failed]')
      .waitFor();
  }

  async fillLogin({ username = DEMO_USER, password = DEMO_PASSWORD, deviceName } = {}) {
    await this.at('enrol-username').fill(username);
    await this.at('enrol-password').fill(password);
    if (deviceName) await this.at('enrol-device').fill(deviceName);
    await this.at('enrol-submit').click();
  }

  async enrol(options) {
    await this.fillLogin(options);
    await this.chip.waitFor();
  }

  /** Waits until the chip shows one of these states and this number of waiting mutations. */
  async untilChip(states, waiting) {
    const named = [states].flat().map((state) => `[data-state=${state}]`);
    const rest = waiting === undefined ? '' : `[data-waiting="${waiting}"]`;
    await this.page.locator(named.map((state) => `[data-testid=status-chip]${state}${rest}`).join(', ')).waitFor();
  }

  untilSynced() {
    return this.untilChip('synced', 0);
  }

  untilWaiting(count) {
    return this.page.locator(`[data-testid=status-chip][data-waiting="${count}"]`).waitFor();
  }

  /** Waits until the service worker is in charge of the app's files. */
  async untilOfflineReady() {
    await this.page.evaluate(async () => {
      const { active } = await navigator.serviceWorker.ready;
      if (active.state === 'activated') return;
      await new Promise((resolve) => active.addEventListener('statechange', resolve, { once: true }));
    });
  }

  /** Finds a product by its code, and leaves only what the search finds on the screen. */
  async find(sku) {
    await this.at('search').fill(sku);
    const card = this.at(`product-${sku}`);
    await card.waitFor();
    return card;
  }

  /** Puts a product into the cart, so many times. */
  async add(sku, pieces = 1) {
    const card = await this.find(sku);
    for (let piece = 0; piece < pieces; piece += 1) await card.click();
    await this.page.locator(`[data-testid="cart-line-${sku}"][data-quantity="${pieces}"]`).waitFor();
  }

  /** Completes the sale of the cart, and gives its receipt number. */
  async pay() {
    await this.at('pay').click();
    return this.receiptNumber();
  }

  async receiptNumber() {
    return this.at('receipt-number').textContent();
  }

  /** A whole sale, from an empty cart back to an empty cart. */
  async sell(sku, pieces = 1) {
    await this.add(sku, pieces);
    const receipt = await this.pay();
    await this.newSale();
    return receipt;
  }

  async newSale() {
    await this.at('new-sale').click();
    await this.at('search').waitFor();
  }

  async openTillScreen() {
    await this.at('nav-till').click();
    await this.at('search').waitFor();
  }

  /** The stock that this device shows for a product. */
  async stockOf(sku) {
    await this.openTillScreen();
    return Number(await (await this.find(sku)).getAttribute('data-stock'));
  }

  async untilStock(sku, stock) {
    await this.openTillScreen();
    await this.find(sku);
    await this.page.locator(`[data-testid="product-${sku}"][data-stock="${stock}"]`).waitFor();
  }

  /** The list of sales, newest first: [{ receipt, sync }], once it has `count` rows. */
  async sales(count) {
    await this.at('nav-sales').click();
    const rows = this.at('sale-row');
    if (count > 0) await rows.nth(count - 1).waitFor();
    return rows.evaluateAll((elements) =>
      elements.map(({ dataset }) => ({ receipt: dataset.receipt, sync: dataset.sync })),
    );
  }

  /** Waits until `count` rows of the list of sales have this mark. */
  async untilSales(count, sync) {
    await this.at('nav-sales').click();
    await this.page
      .locator(`[data-testid=sale-row][data-sync=${sync}]`)
      .nth(count - 1)
      .waitFor();
  }

  /** Presses "Sync now" in the status panel, and closes it again. */
  async syncNow() {
    await this.chip.click();
    await this.at('sync-now').click();
    await this.page.keyboard.press('Escape');
    await this.at('status-panel').waitFor({ state: 'detached' });
  }

  /** Waits for an element with a stable code, and gives the code. */
  async codeOf(testId) {
    return this.at(testId).getAttribute('data-code');
  }
}
