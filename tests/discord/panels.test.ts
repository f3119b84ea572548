import { expect, test } from 'vitest';
import type { Command, View } from '#contracts/command.ts';
import { silentLogger } from '#core/logger.ts';
import { formWindow } from '#discord/interactions/form-window.ts';
import {
  formFieldsMax,
  panelEditEveryMs,
  panelEveryMsMin,
  panelLifetimeMs,
  panelRestoreAfterMs,
  panelsMax,
} from '#discord/interactions/limits.ts';
import { PanelKeeper } from '#discord/interactions/panel-keeper.ts';
import { Panels } from '#discord/interactions/panels.ts';
import { MemoryIntents } from '../mesh/support/hub.ts';
import { FakeClock } from '../support/fake-clock.ts';

const editInChannel = async () => {};
const view: View = { components: [] };

function start(over = false, intents = new MemoryIntents()) {
  const clock = new FakeClock();
  const edited: string[] = [];
  const contexts = { makeForPanel: () => ({}) };
  const logger = silentLogger();
  const keeper = new PanelKeeper({ intents, commands: [], sender: { editInChannel }, clock, logger });
  const panels = new Panels({ contexts: contexts as never, keeper, clock, logger });
  const command = {
    definition: { name: 'publish' },
    panels: { publication: async () => ({ view, over }) },
  } as unknown as Command;
  const follow = (id: string, edit = async () => void edited.push(id)) =>
    panels.follow({
      id,
      channelId: '7',
      guildId: '1',
      command,
      panel: { name: 'publication', subject: `p-${id}` },
      edit,
    });
  return { clock, panels, edited, follow };
}

test('so many panels at once: the one registered longest ago is left alone', async () => {
  const { panels, follow, clock, edited } = start();
  for (let index = 0; index <= panelsMax; index++) follow(String(index));
  expect(panels.count).toBe(panelsMax);
  await clock.advance(panelEditEveryMs);
  expect(edited).not.toContain('0');
  expect(edited).toHaveLength(panelsMax);
});

test('a thousand changes make one edit in each interval, and none is missed', async () => {
  const { panels, follow, clock, edited } = start();
  follow('1');
  for (let turn = 0; turn < 1_000; turn++) panels.changed('p-1');
  await clock.advance(panelEditEveryMs - 1);
  expect(edited).toEqual([]);
  await clock.advance(1);
  expect(edited).toEqual(['1']);
  panels.changed('p-1');
  await clock.advance(panelEditEveryMs);
  expect(edited).toEqual(['1', '1']);
});

test('a panel ends when its subject is settled, when it is too old, and when the hub stops', async () => {
  const settled = start(true);
  settled.follow('1');
  await settled.clock.advance(panelEditEveryMs);
  expect(settled.panels.count).toBe(0);

  const old = start();
  old.follow('1');
  await old.clock.advance(panelLifetimeMs + 1);
  old.panels.changed('p-1');
  await old.clock.advance(panelEditEveryMs + 1);
  expect(old.panels.count).toBe(0);

  const stopped = start();
  stopped.follow('1');
  stopped.panels.stop();
  stopped.follow('2');
  await stopped.clock.advance(panelEditEveryMs);
  expect(stopped.edited).toEqual([]);
});

test('a failure is tried again at the next change', async () => {
  const { panels, follow, clock, edited } = start();
  let failures = 1;
  follow('1', async () => {
    if (failures-- > 0) throw new Error('Discord is down');
    edited.push('1');
  });
  await clock.advance(panelEditEveryMs);
  expect(edited).toEqual([]);
  panels.changed('p-1');
  await clock.advance(panelEditEveryMs);
  expect(edited).toEqual(['1']);
});

test('a form Discord would refuse is a defect, not a request', () => {
  const field = { name: 'a', label: 'A', style: 'line', required: true, lengthMax: 100 } as const;
  const form = (fields: object[]) => () =>
    formWindow({ name: 'f', title: 'T'.repeat(300), fields: fields as never }, 'id');
  expect(form([field])().title.length).toBeLessThanOrEqual(45);
  expect(form(Array.from({ length: formFieldsMax }, () => field))).not.toThrow();
  expect(form([])).toThrow(RangeError);
  expect(form(Array.from({ length: formFieldsMax + 1 }, () => field))).toThrow(RangeError);
  expect(form([{ ...field, label: 'x'.repeat(46) }])).toThrow(RangeError);
  expect(form([{ ...field, help: 'x'.repeat(101) }])).toThrow(RangeError);
  expect(form([{ ...field, lengthMax: 4_001 }])).toThrow(RangeError);
});

test('a panel of what changes all the time is edited every so often until it is over, and not more', async () => {
  const { clock, edited, live } = liveStart();
  live.follow();
  await clock.advance(panelEditEveryMs);
  expect(edited.length).toBe(1);
  await clock.advance(panelEveryMsMin * 4);
  expect(edited.length).toBe(5);
  live.over = true;
  await clock.advance(panelEveryMsMin * 4);
  expect(edited.length).toBe(6);
});

test('after a restart it goes on, as the channel’s message, and once over it is forgotten', async () => {
  const before = liveStart();
  before.live.follow();
  await before.clock.advance(panelEditEveryMs);
  before.panels.stop();
  expect(before.intents.rows).toHaveLength(1);

  const after = liveStart(before.intents);
  await after.panels.restore();
  await after.clock.advance(panelRestoreAfterMs - 1);
  expect(after.inChannel).toEqual([]);
  await after.clock.advance(1 + panelEveryMsMin);
  expect(after.inChannel).toEqual(['7/1', '7/1']);
  after.live.over = true;
  await after.clock.advance(panelEveryMsMin * 2);
  expect(after.panels.count).toBe(0);
  expect(after.intents.rows).toEqual([]);
});

function liveStart(intents = new MemoryIntents()) {
  const clock = new FakeClock();
  const edited: string[] = [];
  const inChannel: string[] = [];
  const live = { over: false, follow: () => {} };
  const command = {
    definition: { name: 'relay' },
    panels: { live: async () => ({ view, over: live.over }) },
  } as unknown as Command;
  const logger = silentLogger();
  const sender = {
    editInChannel: async ({ channelId, id }: { channelId: string; id: string }) =>
      void inChannel.push(`${channelId}/${id}`),
  };
  const keeper = new PanelKeeper({ intents, commands: [command], sender, clock, logger });
  const panels = new Panels({ contexts: { makeForPanel: () => ({}) } as never, keeper, clock, logger });
  live.follow = () =>
    panels.follow({
      id: '1',
      channelId: '7',
      guildId: '1',
      command,
      panel: { name: 'live', subject: '9', everyMs: 1 },
      edit: async () => void edited.push('1'),
    });
  return { clock, panels, edited, inChannel, intents, live };
}
