/** Run by can-fail.test.ts in a process of its own: most of what is in here fails, as it should. */
import { describeCompliance } from '../compliance.ts';
import { Board } from './board.ts';
import { planted } from './planted.ts';

for (const { does, publisher } of planted) {
  describeCompliance({
    name: does,
    publisher,
    options: { board: 'town' },
    content: { title: 'Release 1.2', body: 'It is out.', tags: [], media: [] },
    credentialNames: ['token'],
    open: () => Board.open(),
    marker: (key) => key,
    lostRights: [{ name: 'a token that was revoked', answer: { status: 401 } }],
    rateLimits: [
      { name: 'a header', answer: { status: 429, headers: { 'retry-after': '17' } }, retryAfterMs: 17_000 },
    ],
    limits: [{ name: 'a long note', content: { body: 'x'.repeat(600) }, problem: /longer than 500/ }],
  });
}
