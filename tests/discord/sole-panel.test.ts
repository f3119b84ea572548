import { describe, expect, test } from 'vitest';
import type { Command, View, ViewPanel } from '#contracts/command.ts';
import { silentLogger } from '#core/logger.ts';
import { editsPerChannelWindowMs, panelEditEveryMs } from '#discord/interactions/limits.ts';
import { Panels } from '#discord/interactions/panels.ts';
import { FakeClock } from '../support/fake-clock.ts';

describe('a panel of which there is one', () => {
  const cardOf = (over: Partial<ViewPanel> = {}) => {
    let panel: ViewPanel = {
      name: 'card',
      subject: 'g',
      editsPerMinuteMax: 6,
      moved: { components: [] },
      ...over,
    };
    const clock = new FakeClock();
    const shown: string[] = [];
    const panels = new Panels({
      ...{ contexts: { makeForPanel: () => ({}) } as never, clock, logger: silentLogger() },
      isServed: () => true,
    });
    const card = async () => ({ view: { components: [], panel }, over: false });
    const command = {
      definition: { name: 'play' },
      load: async () => ({ panels: { card } }),
    } as unknown as Command;
    const follow = (id: string, channelId: string, guildId = '1') =>
      panels.follow({
        ...{ id, guildId, command, channelId, panel },
        edit: async (view: View) => void shown.push(view === panel.moved ? `${id} moved` : id),
      });
    return {
      panels,
      clock,
      shown,
      follow,
      become: (next: Partial<ViewPanel>) => {
        panel = { ...panel, ...next };
      },
    };
  };

  test('moves: the earlier message shows that, and is edited no more; another server’s stays', async () => {
    const { panels, clock, shown, follow } = cardOf();
    follow('elsewhere', 'x', '2');
    follow('old', 'a');
    expect(panels.channelOf('1', 'card', 'g')).toBe('a');
    follow('new', 'b');
    expect(shown).toEqual(['old moved']);
    expect([panels.channelOf('1', 'card', 'g'), panels.channelOf('2', 'card', 'g')]).toEqual(['b', 'x']);
    await clock.advance(editsPerChannelWindowMs);
    panels.changed('g');
    await clock.advance(editsPerChannelWindowMs);
    expect(shown.filter((id) => id.startsWith('old'))).toEqual(['old moved']);
    expect(panels.channelOf('1', 'other', 'g')).toBeUndefined();
  });

  test('is edited six times a minute, however often it changes', async () => {
    const { panels, clock, shown, follow } = cardOf();
    follow('card', 'a');
    for (let second = 0; second < 55; second++) {
      panels.changed('g');
      await clock.advance(1_000);
    }
    expect(shown.length).toBeLessThanOrEqual(6);
    const inTheFirst = shown.length;
    expect(inTheFirst).toBeGreaterThan(3);
    await clock.advance(60_000);
    // What changed last is shown once there is room.
    expect(shown).toHaveLength(inTheFirst + 1);
  });

  test('takes its interval from each view: without one it stands until something changes', async () => {
    const { panels, clock, shown, follow, become } = cardOf({ everyMs: 15_000 });
    follow('card', 'a');
    await clock.advance(panelEditEveryMs + 15_000);
    expect(shown).toHaveLength(2);
    become({ everyMs: undefined });
    await clock.advance(15_000);
    expect(shown).toHaveLength(3);
    await clock.advance(600_000);
    expect(shown).toHaveLength(3);
    become({ everyMs: 15_000 });
    panels.changed('g');
    await clock.advance(30_000);
    expect(shown.length).toBeGreaterThan(4);
  });
});
