// SPDX-License-Identifier: MIT
// Every failure of the package is one of these errors, with a code from the table.

import { ERROR_TABLE } from './error-codes.js';
import type { ErrorClass, ErrorCode, Retry } from './error-codes.js';

export interface ErrorOptions_ {
  details?: unknown;
  cause?: unknown;
}

/** The class says who acts, `code` what happened, `retry` whether trying again can help. */
export class SawaError extends Error {
  readonly code: ErrorCode;
  readonly retry: Retry;
  /** Facts for the program; their shape depends on the code. */
  readonly details: unknown;

  constructor(code: ErrorCode, message: string, options: ErrorOptions_ = {}) {
    super(`${code}: ${message}`, 'cause' in options ? { cause: options.cause } : undefined);
    this.name = CLASS_NAMES[ERROR_TABLE[code][0]];
    this.code = code;
    this.retry = ERROR_TABLE[code][1];
    this.details = options.details ?? null;
  }
}

/** The app used the package in a way it does not allow. */
export class UsageError extends SawaError {}
/** The local database: full, blocked, damaged or gone. */
export class StorageError extends SawaError {}
/** The server could not be reached. Nothing is lost; the engine tries again by itself. */
export class NetworkError extends SawaError {}
/** The server and this engine do not understand each other. */
export class ProtocolError extends SawaError {}
/** The server wants to know who this is. */
export class AuthError extends SawaError {}
/** The server refused a mutation. */
export class RejectedError extends SawaError {}
/** A defect: the engine has stopped. */
export class InternalError extends SawaError {}

/** Written out: a minifier renames the classes. */
const CLASS_NAMES: Record<ErrorClass, string> = {
  usage: 'UsageError',
  storage: 'StorageError',
  network: 'NetworkError',
  protocol: 'ProtocolError',
  auth: 'AuthError',
  rejected: 'RejectedError',
  internal: 'InternalError',
};

const CLASSES: Record<ErrorClass, typeof SawaError> = {
  usage: UsageError,
  storage: StorageError,
  network: NetworkError,
  protocol: ProtocolError,
  auth: AuthError,
  rejected: RejectedError,
  internal: InternalError,
};

/** Makes the error of the right class for a code. */
export function makeError(code: ErrorCode, message: string, options: ErrorOptions_ = {}): SawaError {
  return new CLASSES[ERROR_TABLE[code][0]](code, message, options);
}
