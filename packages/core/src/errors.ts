/**
 * Errors that a caller may catch, each with a stable code that is never reused. The message says what we were doing, to
 * what, and what would mend it. A bad log line is not an error: it is skipped and counted.
 */
export type ErrorCode =
  | 'ledger-damaged'
  | 'ledger-newer'
  | 'ledger-locked'
  | 'ledger-unwritable'
  | 'bad-query'
  | 'bad-config'
  | 'bad-price'
  | 'not-found'
  | 'conflict'
  | 'usage'
  | 'budget-exceeded'
  | 'no-data'
  | 'no-usage-source';

export class TokenmeterError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'TokenmeterError';
    this.code = code;
  }
}
