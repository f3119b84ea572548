import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { isGuildmeshError } from '#core/errors.ts';
import { Secret } from '#core/secret.ts';
import { Door } from './support/door.ts';
import { botToken, seed } from './support/seed.ts';

let door: Door;
afterEach(() => door.close());

async function codeOfStart(): Promise<string> {
  try {
    await door.discord.start?.(AbortSignal.timeout(20_000));
    return 'started';
  } catch (error) {
    if (!isGuildmeshError(error)) throw error;
    return error.code;
  }
}

test('a wrong token is named as such, and not shown', async () => {
  door = await Door.closed({ token: new Secret('playground.some-other-token') });
  door.expectedViolation = /401|[Uu]nauthorized/;
  expect(await codeOfStart()).toBe('DISCORD_TOKEN_INVALID');
  expect(door.log.join('\n')).not.toContain('some-other-token');
});

test('a token that stops being good while connecting is named as such', async () => {
  door = await Door.closed();
  door.proxy.gateway.closeNextIdentify(4_004);
  expect(await codeOfStart()).toBe('DISCORD_TOKEN_INVALID');
});

test('refused intents are named as such', async () => {
  door = await Door.closed();
  door.proxy.gateway.closeNextIdentify(4_014);
  expect(await codeOfStart()).toBe('DISCORD_INTENTS_DISALLOWED');
});

test('an address where nothing listens is named with the reason', async () => {
  door = await Door.closed({ apiUrl: 'http://127.0.0.1:9/api' });
  await expect(door.discord.start?.(AbortSignal.timeout(20_000))).rejects.toMatchObject({
    code: 'DISCORD_UNREACHABLE',
    details: { apiUrl: 'http://127.0.0.1:9/api', reason: 'ECONNREFUSED' },
  });
});

test('a day’s sessions used up is named as such', async () => {
  door = await Door.closed();
  const limit = { total: 1_000, remaining: 0, reset_after: 1_000, max_concurrency: 1 };
  door.proxy.intercept = ({ path }) =>
    path.endsWith('/gateway/bot')
      ? { status: 200, body: { url: door.proxy.gateway.url, shards: 1, session_start_limit: limit } }
      : undefined;
  expect(await codeOfStart()).toBe('DISCORD_SESSIONS_EXHAUSTED');
});

test('giving up the wait ends it at once', async () => {
  door = await Door.closed();
  door.proxy.gateway.deaf = true;
  const giveUp = new AbortController();
  const started = door.discord.start?.(giveUp.signal);
  setTimeout(() => giveUp.abort(new Error('given up')), 200);
  await expect(started).rejects.toThrow('given up');
  await door.discord.stop?.();
  // The library would be back within a second.
  await sleep(1_500);
  expect(door.proxy.gateway.connectionCount).toBe(1);
});

test('a bot without a guild starts, and says how to invite it with the least rights', async () => {
  door = await Door.closed({ seed: { ...seed(), guilds: [] } });
  expect(await codeOfStart()).toBe('started');
  const [line] = door.logged('bot is not invited');
  expect(line).toMatchObject({ code: 'DISCORD_NOT_INVITED' });
  const link = new URL(String(line?.next).replace('Invite it with ', ''));
  expect(link.searchParams.get('scope')).toBe('bot applications.commands');
  // View Channels 10, Send Messages 11, Embed Links 14, Attach Files 15, Read Message History 16, Connect 20,
  // Speak 21, Request to Speak 32, Send Messages in Threads 38, Set Voice Channel Status 48: nothing else.
  const bits = [10n, 11n, 14n, 15n, 16n, 20n, 21n, 32n, 38n, 48n].reduce((sum, bit) => sum | (1n << bit), 0n);
  expect(BigInt(link.searchParams.get('permissions')!)).toBe(bits);
});

test('a served guild the bot is not in is named', async () => {
  door = await Door.closed({ guildIds: ['399999999999999999'] });
  expect(await codeOfStart()).toBe('started');
  expect(door.logged('bot is not invited')[0]?.problem).toContain('399999999999999999');
});

test('only the two unprivileged intents are asked for', async () => {
  door = await Door.closed({ token: new Secret(botToken) });
  await codeOfStart();
  const identify = door.proxy.gateway.fromBot.find(({ op }) => op === 2);
  // Guilds and GuildVoiceStates.
  expect(identify?.d.intents).toBe((1 << 0) | (1 << 7));
});
