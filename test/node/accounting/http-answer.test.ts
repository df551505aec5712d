// Which failure each HTTP status is: only 200 is an answer, and a redirect may lead away from the node.
import { expect, it } from 'vitest';
import { failedStatus } from '../../../node/accounting/http-answer.ts';

it.each([
  [204, 'bad-status'],
  [301, 'redirect'],
  [304, 'bad-status'],
  [307, 'redirect'],
  [400, 'bad-status'],
  [401, 'unauthorized'],
  [403, 'forbidden'],
  [404, 'not-found'],
  [405, 'bad-status'],
  [429, 'bad-status'],
  [500, 'server-error'],
  [503, 'server-error'],
])('%i is %s, with its number and what to do', (status, reason) => {
  const answer = { status, body: '', location: null, bearerKey: null };
  const failure = failedStatus('GET /server_info of 127.0.0.1:30000 on gpu-07', answer);
  expect(failure).toMatchObject({ kind: 'failed', reason, status });
  expect(failure.text).toMatch(
    new RegExp(`^GET /server_info of 127.0.0.1:30000 on gpu-07: HTTP ${status} [A-Z].*\\.$`),
  );
});
