/** What is wrong with something somebody told of the work, with the path of it: `events.3.tokens_in`. */
import { type ErrorCode, TokenmeterError } from '@tokenmeter/core';

export class WorkFault extends TokenmeterError {
  readonly path: string;

  constructor(code: ErrorCode, path: string, message: string) {
    super(code, message);
    this.name = 'WorkFault';
    this.path = path;
  }
}

/** A field that cannot be read. */
export function badField(path: string, why: string): WorkFault {
  return new WorkFault('usage', path, `Cannot read "${path}": ${why}`);
}
