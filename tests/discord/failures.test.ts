import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { nodeStatus, nodeStop } from '#contracts/actions/node.ts';
import { relayStart } from '#contracts/actions/relay.ts';
import { commandBurstMax, tokenLifetimeMs } from '#discord/interactions/limits.ts';
import { seen } from './support/answers.ts';
import { Door } from './support/door.ts';
import { channels, elsewhere, people } from './support/seed.ts';

let door: Door;
beforeEach(async () => {
  door = await Door.open();
});
afterEach(() => door.close());

const start = '/relay start broadcast:xyz@South channel:#Lounge';
const secret = 'ENOENT /home/operator/state/key (password hunter2)';

describe('a defect', () => {
  test.each([
    ['in a private answer', '/node status', nodeStatus.name],
    ['in a public answer', start, relayStart.name],
  ])('%s shows a reference that is in the log, never the exception', async (_, typed, action) => {
    door.services.answers[action] = () => {
      throw new TypeError(secret);
    };
    const { text, ephemeral } = await seen(await door.as('owner').run(typed));
    expect(ephemeral).toBe(true);
    const reference = /Reference `([0-9a-f]{8})`/.exec(text)?.[1];
    expect(door.logged('command failed by a defect')).toEqual([expect.objectContaining({ reference })]);
    expect(JSON.stringify(door.proxy.requests)).not.toContain('hunter2');
  });
});

test('an answer that can’t be delivered is logged without the interaction’s token', async () => {
  door.proxy.intercept = ({ method }) =>
    method === 'PATCH' ? { status: 400, body: { code: 50_035, message: 'x' } } : undefined;
  await door.as('owner').run('/node status');
  await expect.poll(() => door.logged('interaction was not answered').length).toBe(1);
  const { token } = door.proxy.gateway.interactions().at(-1)!.d;
  expect(door.log.join('')).not.toContain(token);
});

describe('a refusal', () => {
  test('of a public command leaves nothing public behind', async () => {
    const { text, ephemeral } = await seen(await door.as('member').run(start));
    expect(text).toContain('ACTION_FORBIDDEN');
    expect(ephemeral).toBe(true);
    expect(door.playground.world.messages(channels.general)).toEqual([]);
    expect(door.playground.world.messages(channels.general, people.member)).toHaveLength(1);
  });

  test('names what happened, the next step and the code', async () => {
    const { text } = await seen(await door.as('publisher').run('/relay start broadcast:xyz@South'));
    expect(text).toContain('You are in no voice channel');
    expect(text).toContain('Choose the channel below');
    expect(text).toContain('`DISCORD_NO_VOICE_CHANNEL`');
  });

  test('of a guild that is not served is clear and private', async () => {
    // The commands were registered there while the guild was still served.
    door.standings.set(elsewhere, 'foreign');
    const { text, ephemeral } = await seen(await door.as('manager', elsewhere).run('/node status'));
    expect(text).toContain('ACTION_NOT_HOME');
    expect(ephemeral).toBe(true);
    expect(door.services.runs).toEqual([]);
  });

  test('stops people who run too many commands, and ends automatically', async () => {
    // At once: on a busy machine a sequence would take so long that the burst is earned back meanwhile.
    const burst = Array.from({ length: commandBurstMax + 5 }, async () =>
      seen(await door.as('owner').run('/help')),
    );
    const refused = (await Promise.all(burst)).filter(({ text }) => text.includes('DISCORD_TOO_FAST'));
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.every(({ ephemeral }) => ephemeral)).toBe(true);
    expect((await seen(await door.as('member').run('/help'))).text).not.toContain('DISCORD_TOO_FAST');
    door.clock.skip(5_000);
    expect((await seen(await door.as('owner').run('/help'))).text).not.toContain('DISCORD_TOO_FAST');
  });
});

describe('time', () => {
  test('an action of 4 s is acknowledged at once and answered when done', async () => {
    const answer = door.services.answers[nodeStatus.name]!;
    door.services.answers[nodeStatus.name] = async (input, signal) => {
      await sleep(4_000);
      return answer(input, signal);
    };
    const asked = await door.as('owner').run('/node status');
    expect(asked.message?.content).toBe('');
    expect((await seen(asked)).text).toContain('Node running');
  });

  test('a public answer after the token’s end comes as an ordinary message', async () => {
    const answer = door.services.answers[relayStart.name]!;
    door.services.answers[relayStart.name] = (input, signal) => {
      door.clock.skip(tokenLifetimeMs);
      return answer(input, signal);
    };
    await door.as('owner').run(start);
    await expect.poll(() => door.playground.world.messages(channels.general).length).toBe(2);
    const late = door.playground.world.messages(channels.general).at(-1);
    expect(JSON.stringify(late?.components)).toContain('Night show');
  });

  test('a private answer after the token’s end tells the channel nothing but that it is done', async () => {
    const answer = door.services.answers[nodeStatus.name]!;
    door.services.answers[nodeStatus.name] = (input, signal) => {
      door.clock.skip(tokenLifetimeMs);
      return answer(input, signal);
    };
    await door.as('owner').run('/node status');
    await expect.poll(() => door.playground.world.messages(channels.general).length).toBe(1);
    const [late] = door.playground.world.messages(channels.general);
    expect(late?.content).toContain('has finished');
    expect(JSON.stringify(late)).not.toContain('12D3KooW');
  });

  test('an interaction that Discord no longer knows ends quietly and does nothing', async () => {
    door.proxy.intercept = ({ path }) =>
      path.endsWith('/callback')
        ? { status: 404, body: { code: 10_062, message: 'Unknown interaction' } }
        : undefined;
    await expect(door.as('owner').run('/node stop')).rejects.toThrow();
    expect(door.services.countOf(nodeStop)).toBe(0);
    expect(door.logged('interaction can no longer be answered')).toHaveLength(1);
    expect(door.logged('interaction was not answered')).toEqual([]);
  });

  test('stopping waits for the command in hand and refuses the next', async () => {
    const answer = door.services.answers[nodeStatus.name]!;
    door.services.answers[nodeStatus.name] = async (input, signal) => {
      await sleep(300);
      return answer(input, signal);
    };
    const first = await door.as('owner').run('/node status');
    const drained = door.discord.drain?.(AbortSignal.timeout(5_000));
    const second = await seen(await door.as('manager').run('/node status'));
    expect(second.text).toContain('DISCORD_STOPPING');
    await drained;
    expect((await seen(first)).text).toContain('Node running');
  });
});
