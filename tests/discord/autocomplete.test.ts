import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { commands } from '#commands/index.ts';
import { broadcastList, sourceList } from '#contracts/actions/broadcast.ts';
import { nodePeers } from '#contracts/actions/node.ts';
import { autocompleteBudgetMs, autocompleteBurstMax } from '#discord/interactions/limits.ts';
import { Door } from './support/door.ts';
import { elsewhere, home, type Person } from './support/seed.ts';
import { southPeerId } from './support/services.ts';

type Definition = Pick<(typeof commands)[number]['definition'], 'name' | 'options'>;

let door: Door;
beforeAll(async () => {
  door = await Door.open();
});
afterAll(() => door.close());
beforeEach(() => {
  door.clock.skip(60_000);
  door.services.runs.length = 0;
});

async function values(person: Person, typed: string, guildId?: string): Promise<unknown[]> {
  const choices = await door.as(person, guildId).autocomplete(typed);
  return choices.map(({ value }) => value);
}

test('communities: those to trust, those to forget, those to reach', async () => {
  expect(await values('manager', '/node forget community:')).toEqual([southPeerId]);
  expect(await values('manager', '/node trust community:ea')).toEqual(['12D3KooWEast']);
  expect(await values('manager', '/node trust community:zzz')).toEqual([]);
  expect(await values('manager', '/node connect address:')).toEqual(['12D3KooWEast']);
});

test('broadcasts: ours and theirs to play, ours alone to stop', async () => {
  expect(await values('publisher', '/relay start broadcast:')).toEqual(['abc', 'xyz@South']);
  expect(await values('publisher', '/relay start broadcast:night')).toEqual(['xyz@South']);
  expect(await values('publisher', '/broadcast stop broadcast:')).toEqual(['abc']);
});

test('sources are asked for by what was typed', async () => {
  expect(await values('publisher', '/broadcast start source:sam')).toEqual(['sample']);
  expect(door.services.runs).toContainEqual(
    expect.objectContaining({ input: { guildId: home, search: 'sam' } }),
  );
});

test('commands for /help', async () => {
  expect(await values('member', '/help command:rel')).toEqual(['relay']);
});

test('who may not do it gets no choices', async () => {
  expect(await values('member', '/broadcast start source:x')).toEqual([]);
  expect(door.services.countOf(sourceList)).toBe(0);
  door.services.runs.length = 0;
  expect(await values('stranger', '/relay start broadcast:x', elsewhere)).toEqual([]);
  expect(door.services.runs).toEqual([]);
});

test('a failure looks like no choices', async () => {
  const answer = door.services.answers[nodePeers.name]!;
  door.services.answers[nodePeers.name] = () => {
    throw new Error('secret detail');
  };
  expect(await values('owner', '/node trust community:fail')).toEqual([]);
  expect(JSON.stringify(door.proxy.requests)).not.toContain('secret detail');
  door.services.answers[nodePeers.name] = answer;
});

test('slow choices are given up in time, and the work is aborted', async () => {
  const answer = door.services.answers[nodePeers.name]!;
  let aborted = false;
  door.services.answers[nodePeers.name] = async (_, signal: AbortSignal) => {
    signal.addEventListener('abort', () => {
      aborted = true;
    });
    await sleep(4_000);
    return { communities: [] };
  };
  const startedAtMs = performance.now();
  expect(await values('owner', '/node trust community:slow')).toEqual([]);
  expect(performance.now() - startedAtMs).toBeLessThan(autocompleteBudgetMs + 1_000);
  expect(aborted).toBe(true);
  door.services.answers[nodePeers.name] = answer;
});

test('what comes in time is shown where the rest does not come', async () => {
  const answer = door.services.answers[broadcastList.name]!;
  door.services.answers[broadcastList.name] = () => new Promise(() => undefined);
  expect(await values('publisher', '/broadcast start source:sample')).toEqual(['sample']);
  expect(await values('publisher', '/relay start broadcast:abc second:sample')).toEqual(['sample']);
  door.services.answers[broadcastList.name] = answer;
  // Not all of it was known: it is asked again.
  const all = await values('publisher', '/broadcast start source:s');
  expect(all).toEqual(['sample', 'broadcast:xyz@South']);
});

test('no suggestion waits for other communities without an end', async () => {
  const lines = commands.flatMap(({ definition }) => suggestedLines(definition));
  expect(lines.length).toBeGreaterThan(30);
  for (const line of lines) {
    door.clock.skip(60_000);
    await values('owner', `${line}`);
  }
  const asked = door.services.runs.filter(({ action }) => action === broadcastList.name);
  expect(asked.length).toBeGreaterThan(5);
  for (const { input } of asked) expect(input.waitMs).toBeLessThan(autocompleteBudgetMs);
});

/** A line for each option that is suggested, as far as it is typed then. */
function suggestedLines({ name, options = [] }: Definition, before = '/'): string[] {
  return options.flatMap((option) => {
    if ('options' in option) return suggestedLines(option as Definition, `${before}${name} `);
    return 'autocomplete' in option && option.autocomplete ? [`${before}${name} ${option.name}:`] : [];
  });
}

test('the same question is asked once; too many questions get no answer, for that person alone', async () => {
  for (let turn = 0; turn < 5; turn++) await values('owner', '/node trust community:same');
  expect(door.services.countOf(nodePeers)).toBe(1);

  door.services.runs.length = 0;
  const many = Array.from({ length: autocompleteBurstMax * 3 }, (_, turn) => turn);
  await Promise.all(many.map((turn) => values('owner', `/node trust community:q${turn}`)));
  const asked = door.services.countOf(nodePeers);
  expect(asked).toBeGreaterThanOrEqual(autocompleteBurstMax - 1);
  expect(asked).toBeLessThan(many.length);
  expect(await values('manager', '/node trust community:ea')).toEqual(['12D3KooWEast']);
});
