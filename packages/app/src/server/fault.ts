/** What goes wrong with a request, and how it is told: always a `WireError`, never a stack, never a page of HTML. */
import { type ErrorCode, TokenmeterError, type WireError } from '@tokenmeter/core';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { WorkFault } from '../work/fault.ts';

export interface ServerEnv {
  readonly Variables: { readonly requestId: string };
  /** The answer as Node holds it; absent where nobody asked over a line. */
  readonly Bindings: { readonly outgoing?: { destroy(): unknown } | undefined };
}

/** A refusal that knows its status and, for a bad request, the parameter or field that is wrong. */
export class Fault extends Error {
  readonly status: ContentfulStatusCode;
  readonly code: string;
  readonly path: string | undefined;

  constructor(status: ContentfulStatusCode, code: string, message: string, path?: string) {
    super(message);
    this.name = 'Fault';
    this.status = status;
    this.code = code;
    this.path = path;
  }
}

/** A parameter or field that cannot be read. The message says what would be. */
export function badRequest(path: string, message: string): Fault {
  return new Fault(400, 'bad-request', message, path);
}

/** Waits for an answer; where the ledger cannot read the question, the parameter at fault is named. */
export async function blaming<T>(path: string, question: Promise<T>): Promise<T> {
  try {
    return await question;
  } catch (error) {
    if (error instanceof TokenmeterError && error.code === 'bad-query')
      throw new Fault(400, error.code, error.message, path);
    throw error;
  }
}

const STATUS: Partial<Record<ErrorCode, ContentfulStatusCode>> = {
  'bad-query': 400,
  'bad-config': 400,
  'bad-price': 400,
  usage: 400,
  'budget-exceeded': 402,
  'not-found': 404,
  conflict: 409,
  'no-data': 404,
  'ledger-locked': 503,
};

/** Anything thrown as a fault. What nobody foresaw becomes a 500 that keeps its reason to itself. */
export function faultOf(error: unknown): Fault {
  if (error instanceof Fault) return error;
  if (error instanceof WorkFault) return new Fault(STATUS[error.code] ?? 400, error.code, error.message, error.path);
  if (error instanceof TokenmeterError) return new Fault(STATUS[error.code] ?? 500, error.code, error.message);
  if (error instanceof HTTPException && error.status < 500)
    return new Fault(error.status as ContentfulStatusCode, 'bad-request', error.message || 'Cannot read the request'); // -- 4xx have bodies
  return new Fault(500, 'internal', 'The server failed at this request, its log says more under the request id');
}

export function answerFault(c: Context<ServerEnv>, fault: Fault): Response {
  const body: WireError = {
    error: {
      code: fault.code,
      message: fault.message,
      ...(fault.path === undefined ? {} : { path: fault.path }),
      request_id: c.get('requestId'),
    },
  };
  return c.json(body, fault.status);
}
