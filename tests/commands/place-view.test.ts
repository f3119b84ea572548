import { describe, expect, test } from 'vitest';
import { placesView, placeView } from '#commands/publish/place-view.ts';
import type { PlaceView } from '#contracts/actions/places.ts';
import type { PanelContext } from '#contracts/command.ts';
import { assertFits } from '#discord/interactions/view-limits.ts';
import { plugins } from '#plugins/index.ts';
import { fieldsOf } from '#publishing/targets/place-fields.ts';
import { kindIdOf, kindsOf } from '#publishing/targets/place-kinds.ts';

const context: PanelContext = {
  guildId: '1',
  nowMs: 1_790_000_000_000,
  perform: () => Promise.reject(new Error('nothing is asked')),
  sharedId: (name, data = '') => `${name} ${data}`,
  mention: (words) => `/${words}`,
};
const kinds = plugins.flatMap((publisher) =>
  kindsOf(publisher).map((kind) => ({
    id: kindIdOf(publisher, kind),
    title: kind.title,
    help: kind.help,
    fields: fieldsOf(publisher, kind),
    way: 'window' as const,
  })),
);
const [kind] = kinds.filter(({ id }) => id === 'github/release');
if (!kind) throw new Error('no GitHub release');
const token = { name: 'token', help: 'x', required: true, present: true };

function place(changes: Partial<PlaceView> = {}): PlaceView {
  return {
    ...{ guildId: '1', id: 'x', name: 'release', publisher: 'github', title: 'GitHub', options: {} },
    ...{ policy: 'one-manager', spentThisMonthMicros: 0, ordered: false, credentials: [token] },
    ...{ kind, where: 'acme/site', notes: [] },
    lamp: { state: 'ready', word: 'Ready', reasons: [], checkedAtMs: 1_790_000_000_000 },
    ...changes,
  } as PlaceView;
}

/** Texts, and labels of buttons, in the order in which they are read. */
function read(part: unknown): string[] {
  if (typeof part !== 'object' || part === null) return [];
  const { content, label, components } = part as { content?: string; label?: string; components?: unknown[] };
  return [content, label && `[${label}]`, ...(components ?? []).flatMap(read)].filter(
    (each) => each !== undefined,
  );
}

describe('the card of a place', () => {
  const needs = (word: string) => ({ state: 'needs' as const, word, reasons: ['/publish connect'] });
  test.each([
    ['ready', place(), /🟢 Ready · release/, ['Test post', 'More settings', 'Copy', 'All places', 'Remove']],
    [
      'without a token and a repository',
      place({
        ...{ open: 'a repository', where: '', lamp: needs('Needs a token and a repository') },
        credentials: [{ ...token, present: false }],
      }),
      /🟡 Needs a token and a repository.*Connect it first; then a repository is picked here/s,
      ['Connect', 'Paste its address', 'All places', 'Remove'],
    ],
    [
      'without a repository',
      place({ open: 'a repository', where: '', lamp: needs('Needs a repository') }),
      /🟡 Needs a repository.*Pick a repository here/s,
      ['Paste its address', 'All places', 'Remove'],
    ],
    [
      'whose token has ended',
      place({ lamp: { ...needs('Needs another token'), reasons: ['Its token ended.'] } }),
      /🟡 Needs another token.*Its token ended/s,
      ['Connect', 'More settings', 'Copy', 'All places', 'Remove'],
    ],
    [
      'refused',
      place({ lamp: { state: 'refused', word: 'Refused', reasons: ['There is no branch “main”.'] } }),
      /🔴 Refused.*no branch/s,
      ['Test post', 'More settings', 'Copy', 'All places', 'Remove'],
    ],
  ] as const)('%s has a mark with its word, and the next steps as buttons', (_, shown, words, labels) => {
    const view = placeView(context, { place: shown });
    assertFits(view);
    const texts = view.components.flatMap(read);
    expect(texts.join('\n')).toMatch(words);
    expect(texts.filter((each) => each.startsWith('[')).map((each) => each.slice(1, -1))).toEqual([
      ...labels,
    ]);
    expect(view.panel).toEqual({ name: 'place', subject: 'x' });
  });

  test('holds what is longest, and what can be picked', () => {
    const long = 'x'.repeat(4_000);
    const lamp = { state: 'refused' as const, word: long, reasons: Array(9).fill(long), notice: long };
    const choices = Array.from({ length: 25 }, (_, index) => ({ text: `acme/${index}${'y'.repeat(80)}` }));
    assertFits(placeView(context, { place: place({ lamp, where: long, notes: [long, long] }), choices }));
    assertFits(placesView(context, kinds, Array(50).fill(place())));
  });
});
