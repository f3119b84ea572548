import { expect, test } from 'vitest';
import type { Command, View } from '#contracts/command.ts';
import { silentLogger } from '#core/logger.ts';
import { formWindow } from '#discord/interactions/form-window.ts';
import { KeptPanels } from '#discord/interactions/kept-panels.ts';
import {
  editsPerChannelWindowMs,
  editsPerWindowMax,
  editsWindowMs,
  formFieldsMax,
  panelEditEveryMs,
  panelEveryMsMin,
  panelLifetimeMs,
  panelReadMaxMs,
  panelRestoreAfterMs,
  panelRestoreEveryMs,
  panelsMax,
} from '#discord/interactions/limits.ts';
import { Panels } from '#discord/interactions/panels.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { startedStorage } from '../support/started-storage.ts';

const view: View = { components: [] };

function start(over = false, given: { clock?: FakeClock; kept?: KeptPanels } = {}, isServed = () => true) {
  const { clock = new FakeClock(), kept } = given;
  const edited: string[] = [];
  const contexts = { makeForPanel: () => ({}) };
  const panels = new Panels({
    contexts: contexts as never,
    clock,
    logger: silentLogger(),
    kept,
    isServed,
  });
  const command = {
    definition: { name: 'publish' },
    load: async () => ({ panels: { publication: async () => ({ view, over }) } }),
  } as unknown as Command;
  const follow = (id: string, edit = async () => void edited.push(id), channelId?: string) =>
    panels.follow({
      ...{ id, guildId: '1', command, edit, channelId },
      panel: { name: 'publication', subject: `p-${id}` },
    });
  return { clock, panels, edited, follow, command };
}

test('so many panels at once: the one registered longest ago is left alone', async () => {
  const { panels, follow, clock, edited } = start();
  for (let index = 0; index <= panelsMax; index++) follow(String(index));
  expect(panels.count).toBe(panelsMax);
  await clock.advance(panelEditEveryMs + (panelsMax / editsPerWindowMax) * editsWindowMs);
  expect(edited).not.toContain('0');
  expect(new Set(edited).size).toBe(panelsMax);
});

test('a guild that floods pushes out its own panels, not those of others', async () => {
  const { panels, follow, command } = start();
  panels.follow({
    ...{ id: 'neighbour', guildId: '2', command, edit: async () => {} },
    panel: { name: 'publication', subject: 'p' },
  });
  for (let index = 0; index < panelsMax + 10; index++) follow(String(index));
  expect(panels.count).toBe(panelsMax);
  await panels.leaveGuild('2', view);
  expect(panels.count).toBe(panelsMax - 1);
});

test('panels of one channel share what the platform allows there; the one that changed goes first', async () => {
  const { panels, follow, clock, edited } = start();
  for (const id of ['1', '2', '3', '4']) follow(id, async () => void edited.push(id), 'c');
  follow('elsewhere', async () => void edited.push('elsewhere'), 'd');
  await clock.advance(editsPerChannelWindowMs - 1);
  expect(edited).toEqual(['elsewhere']);
  panels.changed('p-4');
  await clock.advance(1);
  expect(edited).toEqual(['elsewhere', '4', '1']);
  await clock.advance(editsPerChannelWindowMs);
  expect(edited).toEqual(['elsewhere', '4', '1', '2', '3']);
});

test('a change is shown soon, however seldom the panel is updated on its own', async () => {
  const { panels, clock, edited, command } = start();
  panels.follow({
    ...{ id: '1', guildId: '1', command, edit: async () => void edited.push('1') },
    panel: { name: 'publication', subject: 'p', everyMs: 60_000 },
  });
  await clock.advance(panelEditEveryMs);
  expect(edited).toEqual(['1']);
  await clock.advance(editsPerChannelWindowMs);
  panels.changed('p');
  await clock.advance(1);
  expect(edited).toEqual(['1', '1']);
  await clock.advance(60_000);
  expect(edited).toEqual(['1', '1', '1']);
});

test('a panel that takes too long to look at ends its look with that', async () => {
  const { clock, command } = start();
  const reasons: unknown[] = [];
  const contexts = { makeForPanel: ({ signal }: { signal: AbortSignal }) => ({ signal }) };
  const slow = new Panels({
    ...{ contexts: contexts as never, clock, logger: silentLogger() },
    isServed: () => true,
  });
  const publication = ({ signal }: { signal: AbortSignal }) =>
    new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
  const looked = slow
    .read({
      ...{
        command: { ...command, load: async () => ({ panels: { publication } }) } as unknown as Command,
        guildId: '1',
      },
      panel: { name: 'publication', subject: 'p-1' },
    })
    .catch((error: unknown) => reasons.push(error));
  await clock.advance(panelReadMaxMs - 1);
  expect(reasons).toEqual([]);
  await clock.advance(1);
  await looked;
  expect(reasons).toEqual([expect.objectContaining({ message: 'panel: too slow' })]);
});

test('after a restart panels are shown again one by one, the newest first; what is gone or too old is forgotten', async () => {
  const clock = new FakeClock();
  const storage = await startedStorage();
  const kept = new KeptPanels({ intents: storage.intents, clock, logger: silentLogger() });
  const place = { channelId: '7', guildId: '1', command: 'publish', name: 'publication' };
  kept.keep({ messageId: 'old', subject: 's', ...place });
  await kept.settled();
  await clock.advance(panelLifetimeMs + 1);
  for (const messageId of ['1', '2', 'gone']) {
    kept.keep({ messageId, subject: `p-${messageId}`, ...place });
    await clock.advance(1);
  }
  await kept.settled();

  const { panels, edited, command } = start(false, { clock, kept });
  await panels.restore(({ messageId: id, subject, ...rest }) =>
    id === 'gone'
      ? undefined
      : { id, ...rest, command, panel: { name: rest.name, subject }, edit: async () => void edited.push(id) },
  );
  // The newest of the three is gone.
  await clock.advance(panelEditEveryMs + panelRestoreEveryMs);
  expect(edited).toEqual(['2']);
  await clock.advance(panelRestoreEveryMs);
  expect(edited).toEqual(['2', '1']);
  panels.stop();
  await kept.settled();
  // Stopping forgets nothing.
  expect((await storage.intents.list('panel')).map(({ key }) => key)).toEqual(['1', '2']);
});

test('what is followed is kept, and forgotten when it is over or pushed out', async () => {
  const storage = await startedStorage();
  const clock = new FakeClock();
  const kept = new KeptPanels({ intents: storage.intents, clock, logger: silentLogger() });
  const settled = start(true, { clock, kept });
  settled.follow('1', undefined, '7');
  settled.follow('private');
  await kept.settled();
  expect((await storage.intents.list('panel')).map(({ key }) => key)).toEqual(['1']);
  await clock.advance(panelEditEveryMs);
  await kept.settled();
  expect(await storage.intents.list('panel')).toEqual([]);
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
  await clock.advance(editsPerChannelWindowMs);
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
  await clock.advance(editsPerChannelWindowMs);
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

/** A panel of a relay, say: it changes all the time. */
async function startLive(storage?: Awaited<ReturnType<typeof startedStorage>>) {
  const store = storage ?? (await startedStorage());
  const clock = new FakeClock();
  const edited: string[] = [];
  const live = { over: false };
  const command = {
    definition: { name: 'relay' },
    load: async () => ({ panels: { live: async () => ({ view, over: live.over }) } }),
  } as unknown as Command;
  const logger = silentLogger();
  const kept = new KeptPanels({ intents: store.intents, clock, logger });
  const panels = new Panels({
    contexts: { makeForPanel: () => ({}) } as never,
    kept,
    clock,
    logger,
    isServed: () => true,
  });
  const message = { guildId: '1', channelId: '7', command, edit: async () => void edited.push('1') };
  const follow = () =>
    panels.follow({ id: '1', ...message, panel: { name: 'live', subject: '9', everyMs: 1 } });
  const restore = () =>
    panels.restore(({ messageId: id, name, subject, everyMs }) => ({
      id,
      ...message,
      panel: { name, subject, ...(everyMs === undefined ? {} : { everyMs }) },
    }));
  return { store, clock, edited, live, kept, panels, follow, restore };
}

test('a panel of what changes all the time is edited every so often until it is over, and not more', async () => {
  const { clock, edited, follow, live } = await startLive();
  follow();
  await clock.advance(panelEditEveryMs);
  expect(edited.length).toBe(1);
  await clock.advance(panelEveryMsMin * 4);
  expect(edited.length).toBe(5);
  live.over = true;
  await clock.advance(panelEveryMsMin * 4);
  expect(edited.length).toBe(6);
});

test('after a restart it goes on once what it shows is back, and is forgotten when that is over', async () => {
  const before = await startLive();
  before.follow();
  await before.clock.advance(panelEditEveryMs);
  before.panels.stop();
  await before.kept.settled();

  const after = await startLive(before.store);
  await after.restore();
  await after.clock.advance(panelRestoreAfterMs - 1);
  expect(after.edited).toEqual([]);
  await after.clock.advance(1 + panelEveryMsMin);
  expect(after.edited.length).toBe(2);
  after.live.over = true;
  await after.clock.advance(panelEveryMsMin * 2);
  await after.kept.settled();
  expect(after.panels.count).toBe(0);
  expect(await after.store.intents.list('panel')).toEqual([]);
});

test('in a guild that is served no longer a panel shows that, stands still, and is taken up again later', async () => {
  const { intents } = await startedStorage();
  const clock = new FakeClock(Date.now(), () => new Promise((resolve) => setTimeout(resolve, 5)));
  const kept = new KeptPanels({ intents, clock, logger: silentLogger() });
  let served = true;
  const { panels, follow, edited } = start(false, { clock, kept }, () => served);
  const shown: View[] = [];
  follow('1', async () => void shown.push(view), '7');
  await kept.settled();
  served = false;
  const last: View = { components: [] };
  const told: View[] = [];
  panels.follow({
    ...{ id: '2', guildId: '2', command: { definition: { name: 'publish' } } as Command },
    ...{ panel: { name: 'publication', subject: 'p-1' }, edit: async (now) => void told.push(now) },
  });
  await panels.leaveGuild('1', last);
  panels.changed('p-1');
  await clock.advance(10 * panelEditEveryMs);
  // Once, with the last view; the one asked for meanwhile never lived.
  expect([shown.length, told.length, edited.length, panels.count]).toEqual([1, 0, 0, 0]);
  const open = (panel: { messageId: string }) => ({
    ...{ id: panel.messageId, guildId: '1', channelId: '7' },
    ...{ command: { definition: { name: 'publish' } } as Command, edit: async () => {} },
    panel: { name: 'publication', subject: 'p-1' },
  });
  await panels.restore(open);
  expect(panels.count).toBe(0);
  served = true;
  await panels.restore(open);
  expect(panels.count).toBe(1);
});
