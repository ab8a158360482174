/**
 * The frame routes are hung into: one schema gives validation, types and the OpenAPI document, and everything invalid is
 * answered with the path of what is wrong. It knows no route.
 */
import { OpenAPIHono, type z } from '@hono/zod-openapi';
import type { Config } from '../config.ts';
import type { House } from '../house.ts';
import type { ChangeFeed } from './changes.ts';
import { answerFault, badRequest, type ServerEnv } from './fault.ts';
import type { LiveFeed } from './live-feed.ts';
import type { Site } from './site.ts';
import { errorSchema } from './wire/totals.ts';

/** What a route is given. */
export interface ServerState {
  readonly house: House;
  /** As it is now. */
  readonly config: Config;
  readonly startedAt: number;
  /** Address the server listens on. */
  readonly host: string;
  readonly changes: ChangeFeed;
  /** Undefined in a house that follows no runs. */
  readonly live: LiveFeed | undefined;
  /** The pages; undefined where none were built. */
  readonly site: Site | undefined;
}

export type Api = OpenAPIHono<ServerEnv>;

export function createApi(): Api {
  return new OpenAPIHono<ServerEnv>({
    strict: false,
    defaultHook: (result, c) => {
      if (!result.success) return answerFault(c, badRequest(...firstIssue(result.error)));
      return undefined;
    },
  });
}

/** A 200 with a JSON body of this schema. */
export function answers<T extends z.ZodType>(schema: T, description: string) {
  return { description, content: { 'application/json': { schema } } };
}

const failure = (description: string) => ({ description, content: { 'application/json': { schema: errorSchema } } });

/** Errors routes may answer, for their `responses`. 401, 403, 413, 415 and 500 of any route are told in the document's head. */
export const BAD_REQUEST = failure('A parameter or field cannot be read; `path` names it');
export const NOT_FOUND = failure('There is nothing of that id');
export const CONFLICT = failure('It is at odds with what is there; `path` names it');

/** Where the first thing is wrong, and what. A key nobody asked for is named itself. */
function firstIssue(error: z.core.$ZodError): [path: string, message: string] {
  const issue = error.issues[0];
  if (!issue) return ['', 'Cannot read the request'];
  const names = [...issue.path.map(String), ...(issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [])];
  const path = names.join('.');
  if (issue.code === 'unrecognized_keys') return [path, `Cannot read "${path}": there is no such parameter here`];
  return [path, path === '' ? issue.message : `Cannot read "${path}": ${issue.message}`];
}
