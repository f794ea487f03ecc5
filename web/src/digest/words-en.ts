// SPDX-License-Identifier: MIT
// The words about comparing this device with the server, in English.

export const digestEn = {
  'digest.title': 'Compared with the server',
  'digest.never': 'Not compared yet.',
  'digest.equal': 'Equal: {{compared}} records compared, at {{at}}.',
  'digest.repaired_one': '{{count}} record differed and was repaired, at {{at}}.',
  'digest.repaired_other': '{{count}} records differed and were repaired, at {{at}}.',
  'digest.differs_one': '{{count}} record differs and could not be repaired from here, at {{at}}. Tell the office.',
  'digest.differs_other': '{{count}} records differ and could not be repaired from here, at {{at}}. Tell the office.',
  'digest.undecided': 'Not certain at {{at}}: some records were changing while they were compared. Check again.',
  'digest.before_one': 'Before that {{count}} record differed, at {{at}}.',
  'digest.before_other': 'Before that {{count}} records differed, at {{at}}.',
  'digest.check': 'Check now',
  'digest.checking': 'Comparing…',
  'digest.progress': '{{compared}} records compared',
  'digest.failed': 'The check could not be made.',
} as const;
