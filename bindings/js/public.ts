// SPDX-License-Identifier: MIT
// The names that both entry points share.

export { ERROR_TABLE } from './error-codes.js';
export type { ErrorClass, ErrorCode, Retry } from './error-codes.js';
export {
  AuthError,
  InternalError,
  NetworkError,
  ProtocolError,
  RejectedError,
  SawaError,
  StorageError,
  UsageError,
} from './errors.js';
export { newId } from './new-id.js';
export { boolean, counter, defineSchema, integer, json, lattice, number, text } from './schema.js';
export type {
  AnySchema,
  CollectionDefinition,
  CollectionName,
  Field,
  FieldType,
  FieldValues,
  MergePolicy,
  RecordOf,
} from './schema.js';
export type { Database, EnrolOptions, OpenOptions } from './database-types.js';
export type {
  AggregateRow,
  Aggregation,
  ArchivedMutation,
  Condition,
  ConnectionState,
  Enrolment,
  QuarantinedMutation,
  LoadOptions,
  LoadReport,
  Grouping,
  LoadSource,
  Measure,
  Query,
  QueryChanges,
  QueryPlan,
  SyncReport,
  SyncStatus,
  Transaction,
  Unsubscribe,
} from './types.js';
