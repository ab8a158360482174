import { expect, test } from 'vitest';
import { pullRequestName } from './pull-request-name.ts';

test.each([
  ['https://github.com/acme/shop/pull/12', 'acme/shop#12'],
  ['https://git.acme.eu/web/team/shop/-/merge_requests/7', 'web/team/shop!7'],
  ['https://bitbucket.org/acme/shop/pull-requests/3', 'acme/shop#3'],
  ['12', '12'],
  ['', ''],
])('%s is called %s', (url, name) => expect(pullRequestName(url)).toBe(name));
