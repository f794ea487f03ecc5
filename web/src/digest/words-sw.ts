// SPDX-License-Identifier: MIT
// Maneno ya kulinganisha kifaa na seva kwa Kiswahili. The words about comparing this device with the server in Swahili.

import type { digestEn } from './words-en';

export const digestSw: Record<keyof typeof digestEn, string> = {
  'digest.title': 'Ulinganisho na seva',
  'digest.never': 'Bado havijalinganishwa.',
  'digest.equal': 'Sawa: rekodi {{compared}} zimelinganishwa, {{at}}.',
  'digest.repaired_one': 'Rekodi {{count}} ilitofautiana na imerekebishwa, {{at}}.',
  'digest.repaired_other': 'Rekodi {{count}} zilitofautiana na zimerekebishwa, {{at}}.',
  'digest.differs_one': 'Rekodi {{count}} inatofautiana na haikurekebishika hapa, {{at}}. Iambie ofisi.',
  'digest.differs_other': 'Rekodi {{count}} zinatofautiana na hazikurekebishika hapa, {{at}}. Iambie ofisi.',
  'digest.undecided': 'Haijulikani, {{at}}: baadhi ya rekodi zilikuwa zinabadilika. Kagua tena.',
  'digest.before_one': 'Kabla ya hapo rekodi {{count}} ilitofautiana, {{at}}.',
  'digest.before_other': 'Kabla ya hapo rekodi {{count}} zilitofautiana, {{at}}.',
  'digest.check': 'Kagua sasa',
  'digest.checking': 'Inalinganisha…',
  'digest.progress': 'Rekodi {{compared}} zimelinganishwa',
  'digest.failed': 'Ukaguzi haukuwezekana.',
};
