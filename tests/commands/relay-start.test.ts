import { describe, expect, test } from 'vitest';
import { code as relayCode } from '#commands/relay/run.ts';
import { showStarted } from '#commands/relay/start.ts';
import type { ActionSpec } from '#contracts/action.ts';
import type { CommandContext, View } from '#contracts/command.ts';
import { defineErrors } from '#core/errors.ts';

const { RELAY_WOULD_REPLACE } = defineErrors({
  RELAY_WOULD_REPLACE: {
    kind: 'user',
    message: () => '“Show” plays in “Lounge” now.',
    next: () => 'Stop it.',
  },
});

/** A relay whose state the test sets, and a context that notes what is asked. */
function world(init: { busy?: boolean } = {}) {
  const relay = {
    ...{ guildId: 'g', channelId: 'c', broadcast: 'abc', title: 'Show', community: '', state: 'securing' },
    ...{ mode: 'manual', e2ee: false, startedAtMs: 1_000, framesPlayed: 0, framesMissed: 0 },
    ...{ framesConcealed: 0, rejoinCount: 0, bufferTargetMs: 400, bufferedFrames: 20, closeCodes: {} },
    volumePercent: 100,
  };
  const asked: [string, unknown][] = [];
  const kept = new Map<string, unknown>();
  const context = {
    ...{ guildId: 'g', nowMs: 2_000, actor: { guildId: 'g', voiceChannelId: 'c' } },
    perform: async ({ name }: ActionSpec, input: { replace?: boolean }) => {
      if (name === 'relay.status') return { relays: [relay] };
      asked.push([name, input]);
      if (init.busy && !input.replace) throw RELAY_WOULD_REPLACE();
      return relay;
    },
    sharedId: (name: string, data = '') => `${name}:${data}`,
    customId: (name: string, data = '') => `${name}:${data}`,
    keep: async (value: unknown) => {
      kept.set('draft', value);
      return 'draft';
    },
    kept: async (id: string) => kept.get(id),
  } as unknown as CommandContext;
  const typed = { subcommand: 'start', options: { broadcast: 'abc' }, attachments: {} };
  return { relay, asked, context, start: () => relayCode.run(context, typed) };
}

const textOf = (view: View) => JSON.stringify(view.components);

describe('/relay start', () => {
  test('answers what is so: the answer follows the relay until it plays encrypted', async () => {
    const { context, relay, start } = world();
    const view = await start();
    expect(textOf(view)).toMatch(/About to play[\s\S]*not end-to-end encrypted/);
    expect(view.panel).toEqual({ name: 'started', subject: 'c', everyMs: 5_000 });

    Object.assign(relay, { state: 'playing' });
    expect((await showStarted(context, 'c')).over).toBe(false);
    Object.assign(relay, { e2ee: true });
    const followed = await showStarted(context, 'c');
    expect(followed.over).toBe(true);
    expect(textOf(followed.view)).toContain('🔒 end-to-end encrypted');
    expect(textOf(followed.view)).not.toContain('not end-to-end');
  });

  test('stops following after half an hour, and when it is gone', async () => {
    const { context } = world();
    const later = { ...context, nowMs: 1_000 + 31 * 60_000 };
    expect((await showStarted(later, 'c')).over).toBe(true);
    expect(await showStarted(context, 'elsewhere')).toMatchObject({ over: true });
  });

  test('says of our own broadcast that it is ours', async () => {
    const text = textOf(await world().start());
    expect(text).toContain('**Our own** broadcast');
    expect(text).not.toContain('****');
  });

  test('asks before it ends what plays, and does so when that is confirmed', async () => {
    const { asked, context, start } = world({ busy: true });
    const card = await start();
    expect(textOf(card)).toContain('“Show” plays in “Lounge” now.');
    expect(card.panel).toBeUndefined();
    const confirm = relayCode.controls?.replace;
    if (!confirm) throw new Error('no such button');
    const view = await confirm(context, { data: 'draft', values: [], picked: [] });
    expect(textOf(view)).toContain('About to play');
    expect(asked.map(([, input]) => (input as { replace: boolean }).replace)).toEqual([false, true]);
  });
});
