import { expect, test } from 'vitest';
import { publishCreate } from '#contracts/actions/publish.ts';
import { targetAdd } from '#contracts/actions/targets.ts';
import type { TokenPair } from '#contracts/publisher.ts';
import { guildId, publishingBench } from '../support/publishing-bench.ts';
import { SpeakingTarget } from '../support/speaking-target.ts';

/** A server whose refresh tokens work once. */
class TokenServer {
  refreshCount = 0;
  readonly #valid = new Set(['refresh-token-0']);

  refresh(token: string): TokenPair {
    if (!this.#valid.delete(token)) throw new Error('this refresh token was used before');
    const number = ++this.refreshCount;
    this.#valid.add(`refresh-token-${number}`);
    return {
      accessToken: `access-token-${number}`,
      refreshToken: `refresh-token-${number}`,
      expiresAtMs: Number.MAX_SAFE_INTEGER,
      grant: 'g',
    };
  }
}

test('a hundred attempts that need a new token make one refresh, and its pair survives a restart', async () => {
  const server = new TokenServer();
  const target = new SpeakingTarget();
  const got: string[] = [];
  target.uses = async (context) => {
    // A target is asked by the hub, too.
    if (!('attempt' in context)) return;
    const { tokens } = context;
    const all = await Promise.all(
      Array.from({ length: 100 }, () =>
        tokens.refresh(async (newest) => {
          // A request takes its time: others come in between.
          for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
          return newest ?? server.refresh('refresh-token-0');
        }),
      ),
    );
    got.push(...all.map(({ accessToken }) => accessToken));
  };
  const publishers = [target.speaker('fake', { attemptTimeoutMs: 600_000 })];
  const first = await publishingBench({ publishers });
  await first.act(targetAdd, { guildId, name: 'one', publisher: 'fake', policy: 'none' });
  const publish = { guildId, content: { title: 'T' }, targets: ['one'] };
  await first.act(publishCreate, publish);
  for (let turn = 0; got.length === 0 && turn < 20; turn++) await first.clock.advance(5_000);
  expect(server.refreshCount).toBe(1);
  // Nobody failed on a used token and was let in by a retry.
  expect(target.lookUpCount).toBe(0);
  expect(got).toEqual(Array(100).fill('access-token-1'));
  await first.stop();

  target.uses = async ({ tokens }) => void got.push((await tokens.current())?.accessToken ?? 'none');
  const again = await publishingBench({ publishers, folder: first.folder, clock: first.clock });
  await again.act(publishCreate, publish);
  await again.clock.advance(5_000);
  expect(got.at(-1)).toBe('access-token-1');
  expect(again.scrubber.scrub('access-token-1 refresh-token-1')).toBe('[secret] [secret]');
});
