// SPDX-License-Identifier: MIT
// Which database the till opens. A backup is restored into a new one with the next number, which is then the till's: making it
// is the switch, all or nothing, and the one before stays as it was. The page and the service worker share this file.

/** The name of the first one. */
export const FIRST_NAME = 'bidhaa';
const NAMES = /^bidhaa(?:-(\d+))?$/;
const REMEMBERED_KEY = 'bidhaa.database';

const numberIn = (name: string): number => Number(NAMES.exec(name)?.[1] ?? 1);

/** The till's databases in this browser, the newest first. Empty too where the browser does not tell. */
export async function tillDatabases(): Promise<string[]> {
  try {
    const names = (await indexedDB.databases()).flatMap(({ name = '' }) => (NAMES.test(name) ? [name] : []));
    return names.sort((left, right) => numberIn(right) - numberIn(left));
  } catch {
    return [];
  }
}

/** The one to open. One that the browser has thrown away keeps its name: the witness tells of it by that. */
export async function findDatabaseName(): Promise<string> {
  const [newest] = await tillDatabases();
  const remembered = typeof localStorage === 'undefined' ? null : localStorage.getItem(REMEMBERED_KEY);
  const known = remembered !== null && NAMES.test(remembered) ? remembered : FIRST_NAME;
  const name = newest !== undefined && numberIn(newest) > numberIn(known) ? newest : known;
  if (typeof localStorage !== 'undefined' && name !== FIRST_NAME) localStorage.setItem(REMEMBERED_KEY, name);
  return name;
}

let ofThisPage: Promise<string> | null = null;

/** The one that this page has open, from its start to its end. */
export const databaseName = (): Promise<string> => (ofThisPage ??= findDatabaseName());

/** The name that a backup is restored to. */
export const nameAfter = (name: string): string => `${FIRST_NAME}-${numberIn(name) + 1}`;
