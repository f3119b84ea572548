import { ComponentType } from 'discord-api-types/v10';
import { describe, expect, test } from 'vitest';
import { panelControls, showPanel } from '#commands/relay/panel.ts';
import type { ActionSpec } from '#contracts/action.ts';
import type { CommandContext } from '#contracts/command.ts';
import { assertFits } from '#discord/interactions/view-limits.ts';
import { walk } from '../discord/support/components.ts';

const channelId = '500000000000000002';

/** A relay of our own broadcast; what is performed changes it, as the hub would. */
function world(
  init: {
    volumePercent?: number;
    sources?: string[];
    broadcast?: string;
    list?: string[];
    owner?: string;
  } = {},
) {
  const { sources = ['sample', 'tone'], broadcast = 'abc', list } = init;
  const sourceViews = (names: string[]) =>
    names.map((source) => ({ source, inUse: source === names[0], state: 'flowing' }));
  const relay = {
    ...{ guildId: 'g', channelId, broadcast, title: 'Show', community: '', state: 'playing', mode: 'manual' },
    ...{ e2ee: true, startedAtMs: 1, framesPlayed: 1, framesMissed: 0, framesConcealed: 0, rejoinCount: 0 },
    ...(list ? { sources: sourceViews(list) } : {}),
    ...{ bufferTargetMs: 400, bufferedFrames: 20, closeCodes: {}, volumePercent: init.volumePercent ?? 100 },
  };
  const own = {
    ...{ id: 'abc', guildId: init.owner ?? 'g', source: sources[0] },
    sources: sourceViews(sources),
  };
  const asked: [string, unknown][] = [];
  const perform = async ({ name }: ActionSpec, input: { percent?: number }) => {
    if (name === 'relay.status') return { relays: [relay] };
    if (name === 'broadcast.list') return { own: [own], remote: [] };
    asked.push([name, input]);
    if (input.percent !== undefined) relay.volumePercent = input.percent;
    return {};
  };
  const sharedId = (name: string, data = '') => `${name}:${data}`;
  const context = { guildId: 'g', nowMs: 1, perform, sharedId } as unknown as CommandContext;
  const buttons = async () => {
    const { view } = await showPanel(context, channelId);
    assertFits(view);
    return walk(view.components)
      .filter((each) => (each as { type?: ComponentType }).type === ComponentType.Button)
      .map((each) => each as unknown as { label: string; custom_id: string })
      .map(({ custom_id, label }) => ({ label, id: custom_id }));
  };
  const press = async (label: string) => {
    const found = (await buttons()).find((each) => each.label.startsWith(label));
    const [name = '', data = ''] = found?.id.split(':') ?? [];
    const handler = panelControls[name];
    if (!handler) throw new Error(`no button “${label}”`);
    return JSON.stringify(await handler(context, { data, values: [], picked: [] }));
  };
  return { asked, buttons, press };
}

describe('the panel of a relay', () => {
  test('makes the server quieter and louder, step by step, and shows it', async () => {
    const { asked, press } = world();
    expect(await press('Quieter')).toContain('**90 %**');
    expect(await press('Quieter')).toContain('**80 %**');
    expect(await press('Louder')).toContain('**90 %**');
    expect(asked.map(([, input]) => input)).toEqual(
      [90, 80, 90].map((percent) => ({ guildId: 'g', percent })),
    );
  });

  test('offers no step beyond the ends', async () => {
    const labels = async (volumePercent: number) =>
      (await world({ volumePercent }).buttons()).map(({ label }) => label.split(' ')[0]);
    expect(await labels(0)).not.toContain('Quieter');
    expect(await labels(200)).not.toContain('Louder');
    expect(await labels(195)).toContain('Louder');
  });

  test('goes on with the next source of our own broadcast, where it has one', async () => {
    const { asked, press } = world();
    await press('Next source');
    expect(asked).toEqual([['broadcast.next', { guildId: 'g', broadcast: 'abc' }]]);
    for (const other of [
      world({ sources: ['sample'] }),
      world({ broadcast: 'abc@South' }),
      world({ owner: 'annex' }),
    ])
      expect((await other.buttons()).map(({ label }) => label)).not.toContain('Next source');
  });

  test('goes on with the next source of a list of its own', async () => {
    const { asked, press } = world({ broadcast: 'abc@South', list: ['broadcast:abc@South', 'tone'] });
    await press('Next source');
    expect(asked).toEqual([['relay.next', { guildId: 'g', channelId }]]);
  });
});
