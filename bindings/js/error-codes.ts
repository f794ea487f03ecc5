// SPDX-License-Identifier: MIT
// The error table as the package shows it. A test holds it to the engine's own table, src/base/error_codes.def.

export type ErrorClass = 'usage' | 'storage' | 'network' | 'protocol' | 'auth' | 'rejected' | 'internal';

/** What a caller can do: nothing, wait, or ask a person. */
export type Retry = 'never' | 'later' | 'after_user_action';

export const ERROR_TABLE = {
  invalid_argument: ['usage', 'never'],
  invalid_schema: ['usage', 'never'],
  unknown_collection: ['usage', 'never'],
  unknown_field: ['usage', 'never'],
  invalid_value: ['usage', 'never'],
  record_not_found: ['usage', 'never'],
  record_exists: ['usage', 'never'],
  limit_exceeded: ['usage', 'never'],
  database_closed: ['usage', 'never'],
  not_enrolled: ['usage', 'after_user_action'],
  storage_unavailable: ['storage', 'after_user_action'],
  storage_quota_exceeded: ['storage', 'after_user_action'],
  storage_blocked: ['storage', 'after_user_action'],
  storage_version_too_new: ['storage', 'after_user_action'],
  storage_corrupt: ['storage', 'after_user_action'],
  storage_wiped: ['storage', 'after_user_action'],
  storage_connection_lost: ['storage', 'later'],
  storage_failed: ['storage', 'later'],
  storage_contended: ['storage', 'later'],
  network_unreachable: ['network', 'later'],
  network_timeout: ['network', 'later'],
  server_unavailable: ['network', 'later'],
  rate_limited: ['network', 'later'],
  not_a_sawa_server: ['protocol', 'after_user_action'],
  response_malformed: ['protocol', 'later'],
  request_malformed: ['protocol', 'never'],
  request_too_large: ['protocol', 'never'],
  protocol_version_unsupported: ['protocol', 'after_user_action'],
  cursor_epoch_changed: ['protocol', 'later'],
  cursor_invalid: ['protocol', 'later'],
  sequence_gap: ['protocol', 'later'],
  sequence_reused: ['protocol', 'after_user_action'],
  auth_required: ['auth', 'after_user_action'],
  auth_invalid_credentials: ['auth', 'after_user_action'],
  auth_forbidden: ['auth', 'after_user_action'],
  device_revoked: ['auth', 'after_user_action'],
  mutation_invalid: ['rejected', 'after_user_action'],
  mutation_forbidden: ['rejected', 'after_user_action'],
  mutation_not_understood: ['rejected', 'after_user_action'],
  engine_aborted: ['internal', 'after_user_action'],
  engine_not_loaded: ['internal', 'after_user_action'],
} as const satisfies Record<string, readonly [ErrorClass, Retry]>;

export type ErrorCode = keyof typeof ERROR_TABLE;
