import { describe, expect, test } from 'vitest';
import { askingTimes, asOneLine, momentOf, suggestTimes } from '#commands/times.ts';
import type { ActionContext, ActionSpec } from '#contracts/action.ts';
import type { CommandContext, CommandInput, View } from '#contracts/command.ts';
import { timeActions } from '#scheduling/time/time-actions.ts';
import { Zones } from '#scheduling/time/zones.ts';

/** A Tuesday, 10:00 in Berlin. */
const tuesday = Date.UTC(2026, 11, 1, 9);

/** A server with a zone of its own, and the real reading of times. */
function world(zone: string | undefined = 'Europe/Berlin') {
  const actions = timeActions({ zones: new Zones(), clock: { nowMs: () => tuesday } });
  const kept = new Map<string, unknown>();
  const context = {
    guildId: 'g',
    perform: async ({ name }: ActionSpec, input: never) =>
      name === 'guild.settings'
        ? { guildId: 'g', ...(zone && { zone }) }
        : actions.find(({ spec }) => spec.name === name)?.run({} as ActionContext, input),
    customId: (name: string, data = '') => `${name}:${data}`,
    keep: async (value: unknown) => {
      kept.set('d1', JSON.parse(JSON.stringify(value)));
      return 'd1';
    },
    kept: async (id: string) => kept.get(id),
    forget: async (id: string) => void kept.delete(id),
  } as unknown as CommandContext;
  return { context, kept };
}

const codeOf = (code: string) => expect.objectContaining({ code });

describe('the time of an option', () => {
  test('is meant in the server’s zone, unless it or the option names one', async () => {
    const { context } = world();
    expect(await momentOf(context, 'fri 18:00', undefined)).toEqual({
      local: '2026-12-04T18:00',
      zone: 'Europe/Berlin',
    });
    expect(await momentOf(context, '18:00', 'asia/tokyo')).toEqual({
      local: '2026-12-02T18:00',
      zone: 'Asia/Tokyo',
    });
    expect(await momentOf(context, '18:00 UTC', 'Asia/Tokyo')).toMatchObject({ zone: 'UTC' });
  });

  test('that nobody placed asks for a zone; a distance needs none', async () => {
    const { context } = world('');
    await expect(momentOf(context, '18:00', undefined)).rejects.toThrow(codeOf('DISCORD_ZONE_MISSING'));
    expect(await momentOf(context, 'in 2 h', undefined)).toEqual({ local: '2026-12-01T11:00', zone: 'UTC' });
  });

  test('may be now or absent: at once', async () => {
    const { context } = world();
    for (const text of [undefined, '', ' ', 'now', 'Now'])
      expect(await momentOf(context, text, undefined)).toBeUndefined();
  });

  test.each([
    ['soon', 'DISCORD_TIME_UNREADABLE'],
    ['x'.repeat(61), 'DISCORD_TIME_UNREADABLE'],
    ['03/04 18:00', 'DISCORD_TIME_TWO_WAYS'],
    ['tomorrow', 'SCHEDULE_TIME_NEEDS_HOUR'],
    ['25:00', 'SCHEDULE_TIME_IMPOSSIBLE'],
  ])('“%s” is refused with %s', async (text, code) => {
    await expect(momentOf(world().context, text, undefined)).rejects.toThrow(codeOf(code));
  });

  test('stands on one line of a form, and comes back from it as it went in', async () => {
    const at = { local: '2026-12-24T18:00', zone: 'America/Argentina/Buenos_Aires' };
    expect(await momentOf(world().context, asOneLine(at), undefined)).toEqual(at);
  });
});

describe('a time that can be read in two ways', () => {
  const input: CommandInput = { subcommand: 'add', options: { at: '03/04 6pm' }, attachments: {} };
  const planned = askingTimes(async (context, { options }) => {
    const at = await momentOf(context, options.at, options.zone);
    return { components: [], panel: { name: asOneLine(at), subject: '' } };
  });
  const buttonsOf = (view: View) =>
    [...JSON.stringify(view.components).matchAll(/"label":"([^"]+)","custom_id":"meant-time:([^"]+)"/g)].map(
      ([, label = '', data = '']) => ({ label, data }),
    );

  test('is asked with a button for each, and the command goes on with the one pressed', async () => {
    const { context, kept } = world();
    const asked = buttonsOf(await planned.run(context, input));
    expect(asked.map(({ label }) => label)).toEqual([
      'Thu 4 Mar 2027, 18:00 Europe/Berlin (UTC+1)',
      'Sat 3 Apr 2027, 18:00 Europe/Berlin (UTC+2)',
    ]);
    const press = { data: asked[1]?.data ?? '', values: [], picked: [] };
    const view = await planned.controls['meant-time']?.(context, press);
    expect(view?.panel?.name).toBe('2027-04-03 18:00 Europe/Berlin');
    expect(kept.size).toBe(0);
  });

  test('a reading that was not offered is none: nothing leaves at once by it', async () => {
    const { context } = world();
    await planned.run(context, input);
    const press = { data: 'd1 7', values: [], picked: [] };
    await expect(planned.controls['meant-time']?.(context, press)).rejects.toThrow(RangeError);
  });
});

test('suggestions show what a text would mean; one that is half typed has none', async () => {
  const suggest = (value: string) =>
    suggestTimes(world().context, { options: {}, focused: { name: 'at', value } });
  expect(await suggest('fri 18:00')).toEqual([
    {
      name: 'fri 18:00 · Fri 4 Dec 2026, 18:00 Europe/Berlin (UTC+1)',
      value: '2026-12-04 18:00 Europe/Berlin',
    },
  ]);
  expect(await suggest('03/04 18:00')).toHaveLength(2);
  expect(await suggest('tomor')).toEqual([]);
  expect(await suggest('25:00')).toEqual([]);
  expect((await suggest('')).map(({ name }) => name.split(' · ')[0])).toEqual([
    'in 1 hour',
    'tomorrow 9:00',
    'next monday noon',
    'fri 18:00',
  ]);
});
