import fc from 'fast-check';
import { expect, test } from 'vitest';
import { placesFor } from '#audio/player/places.ts';

test('places rise in the order, and unchanged neighbours keep theirs', () => {
  const names = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 2 }), { maxLength: 40 });
  fc.assert(
    fc.property(
      names,
      names,
      fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 })),
      (order, known, places) => {
        const stored = new Map(known.map((id, index) => [id, places[index] ?? index]));
        const found = placesFor(order, stored);
        expect([...found.keys()]).toEqual(order);
        const values = [...found.values()];
        expect(values.every((place, index) => index === 0 || place > (values[index - 1] ?? 0))).toBe(true);
      },
    ),
  );
});

test('an end, an item more and one put between write one row each', () => {
  const changed = (order: string[], stored: Map<string, number>) =>
    [...placesFor(order, stored)].filter(([id, place]) => stored.get(id) !== place).map(([id]) => id);
  const stored = placesFor(['a', 'b', 'c'], new Map());
  expect(changed(['b', 'c'], stored)).toEqual([]);
  expect(changed(['a', 'b', 'c', 'd'], stored)).toEqual(['d']);
  expect(changed(['a', 'x', 'b', 'c'], stored)).toEqual(['x']);
  expect(changed(['x', 'a', 'b', 'c'], stored)).toEqual(['x']);
});

test('a thousand items put before the same one still have places', () => {
  let order = ['first', 'last'];
  let stored = placesFor(order, new Map());
  for (let n = 0; n < 1_000; n++) {
    order = ['first', `n${n}`, ...order.slice(1)];
    stored = placesFor(order, stored);
  }
  expect(new Set(stored.values()).size).toBe(1_002);
});
