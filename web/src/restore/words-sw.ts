// SPDX-License-Identifier: MIT
// Maneno ya kurudisha nakala ya akiba kwa Kiswahili. The words of bringing a backup back in Swahili.

import type { restoreEn } from './words-en';

export const restoreSw: Record<keyof typeof restoreEn, string> = {
  'restore.title': 'Rudisha nakala ya akiba',
  'restore.intro': 'Chagua faili la nakala. Utaona lina nini kabla ya chochote kutokea.',
  'restore.back': 'Rudi',
  'restore.choose': 'Faili la nakala',
  'restore.reading': 'Inasoma na kukagua faili…',
  'restore.holds': 'Yaliyomo kwenye faili',
  'restore.device': 'Kifaa',
  'restore.shop': 'Duka',
  'restore.neverEnrolled': 'hakuna: hakikuwahi kuwekwa tayari',
  'restore.savedAt': 'Lilihifadhiwa',
  'restore.size': 'Ukubwa',
  'restore.products': 'Bidhaa',
  'restore.customers': 'Wateja',
  'restore.sales': 'Mauzo ambayo seva ilikuwa imethibitisha',
  'restore.waiting': 'Mabadiliko ambayo hayakuwa yametumwa',
  'restore.needsAction': 'Mabadiliko ambayo seva ilikataa',
  'restore.otherShop': 'Nakala hii ni ya duka lingine: “{{name}}”. Baadaye ingia kwenye duka hilo, siyo hili.',
  'restore.whatHappens': 'Kitakachotokea',
  'restore.happens.replaced': 'Kaunta itaonyesha yaliyomo kwenye nakala, badala ya inachoonyesha sasa.',
  'restore.happens.login': 'Itakuwa kifaa kipya chenye mfululizo wake wa risiti: baadaye ingia, ukiwa na intaneti.',
  'restore.happens.sent': 'Vilivyo kwenye seva vinarudi vyenyewe. Ambavyo nakala haikuwa imetuma vinatumwa, mara moja.',
  'restore.happens.kept':
    'Vilivyo kwenye kifaa hiki sasa vinabaki kwenye kivinjari hiki, lakini kaunta haivifungui tena.',
  'restore.unsent_one': 'Badiliko {{count}} la kifaa hiki halipo kwenye seva. Litume, au lihifadhi kama faili kwanza.',
  'restore.unsent_other':
    'Mabadiliko {{count}} ya kifaa hiki hayapo kwenye seva. Yatume, au yahifadhi kama faili kwanza.',
  'restore.damaged': 'Baadhi ya taarifa za kifaa hiki hazisomeki. Hifadhi kwanza zinazosomeka.',
  'restore.send': 'Tuma sasa',
  'restore.saved': 'Imehifadhiwa kama faili. Litunze: hakuna mwingine aliye na mabadiliko haya.',
  'restore.older_one': 'Kwenye hifadhi ya zamani ya kivinjari hiki badiliko {{count}} halikutumwa kamwe.',
  'restore.older_other': 'Kwenye hifadhi ya zamani ya kivinjari hiki mabadiliko {{count}} hayakutumwa kamwe.',
  'restore.start': 'Rudisha nakala hii',
  'restore.ask': 'Rudisha nakala hii?',
  'restore.askHint': 'Kaunta hii itakuwa kifaa kipya, na utahitaji kuingia. Inachoonyesha sasa kitawekwa pembeni.',
  'restore.working': 'Inahifadhi nakala…',
  'restore.done': 'Nakala imerudishwa.',
  'restore.doneHint': 'Sasa ingia kwenye duka “{{name}}”, ukiwa na intaneti. Kaunta itapata kinachokosekana.',
  'restore.doneHintNoShop': 'Sasa ingia, ukiwa na intaneti. Kaunta itapata kinachokosekana.',
  'restore.continue': 'Ingia',
  'restore.error.title': 'Nakala haikurudishwa. Hakuna kilichobadilika.',
  'restore.error.not_a_backup': 'Faili hili si nakala ya kaunta.',
  'restore.error.database_exists': 'Nakala imerudishwa kwenye kichupo kingine. Pakia ukurasa upya.',
  'restore.error.storage_corrupt': 'Faili hili limeharibika au si kamili. Chukua nakala yake nyingine.',
  'restore.error.storage_version_too_new':
    'Faili hili lilitengenezwa na toleo jipya zaidi la kaunta. Sasisha programu kwanza.',
  'restore.error.limit_exceeded': 'Faili hili ni kubwa mno.',
};
