/**
 * Asking the server. Every answer is one of the types of core's `api.ts` and `wire.ts`; every failure is an `ApiFailure`
 * that says in words what happened. It keeps nothing: stores do.
 */
import type { WireError } from '@tokenmeter/core';

export type FailureKind = 'http' | 'timeout' | 'network' | 'sign-in';

export class ApiFailure extends Error {
  readonly kind: FailureKind;
  readonly status: number;
  readonly code: string;
  readonly requestId: string | undefined;
  readonly field: string | undefined;

  constructor(
    kind: FailureKind,
    message: string,
    more: Partial<Pick<ApiFailure, 'status' | 'code' | 'requestId' | 'field'>>,
  ) {
    super(message);
    this.name = 'ApiFailure';
    this.kind = kind;
    this.status = more.status ?? 0;
    this.code = more.code ?? kind;
    this.requestId = more.requestId;
    this.field = more.field;
  }
}

const PATIENCE_MS = 10_000;
const TOKEN = 'tokenmeter.token';

export interface Ask {
  readonly signal?: AbortSignal | undefined;
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly body?: unknown;
}

/** The JSON answer of an endpoint. Throws `ApiFailure`; an aborted ask throws the browser's AbortError. */
export async function ask<T>(path: string, options: Ask = {}): Promise<T> {
  const timeout = AbortSignal.timeout(PATIENCE_MS);
  const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
  const headers: Record<string, string> = { accept: 'application/json' };
  const token = sessionStorage.getItem(TOKEN);
  if (token) headers.authorization = `Bearer ${token}`;
  const init: RequestInit = { method: options.method ?? 'GET', headers, signal };
  if (options.body !== undefined) {
    headers['content-type'] = 'application/json';
    init.body = JSON.stringify(options.body);
  }
  let response: Response;
  let text: string;
  try {
    response = await fetch(path, init);
    text = await response.text();
  } catch (error) {
    if (options.signal?.aborted) throw error;
    if (timeout.aborted) throw new ApiFailure('timeout', 'The server took longer than 10 s.', {});
    throw new ApiFailure('network', 'The server can’t be reached.', {});
  }
  if (response.ok) return JSON.parse(text) as T;
  throw failureOf(response.status, text);
}

/** Remembers the token of a server that asks for one, for this browser session. */
export function signIn(token: string): void {
  sessionStorage.setItem(TOKEN, token.trim());
}

/** What an answer of 4xx or 5xx says in words. Only the ledger's own troubles are told in the server's words. */
export function failureOf(status: number, text: string): ApiFailure {
  const error = readError(text);
  const more = { status, code: error?.code ?? `http-${status}`, requestId: error?.request_id, field: error?.path };
  if (status === 401) return new ApiFailure('sign-in', 'This dashboard needs a token.', more);
  const told =
    error && (error.code.startsWith('ledger-') || status < 500) ? `${error.message.replace(/\.$/, '')}.` : '';
  return new ApiFailure('http', told || `The server answered ${status}.`, more);
}

function readError(text: string): WireError['error'] | undefined {
  try {
    const body = JSON.parse(text) as Partial<WireError>;
    return typeof body.error?.code === 'string' && typeof body.error.message === 'string' ? body.error : undefined;
  } catch {
    return undefined;
  }
}
