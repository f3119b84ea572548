import { expect, test } from 'vitest';
import { voiceFaults } from './voice/cases.ts';
import { runVoiceFaults } from './voice/faults.ts';

/** One of each kind; all of them, each with its control, by `npm run faults -- voice`. */
const selection = ['voice-close-4006', 'wrong-epoch-proposal', 'kick'];

test('audio comes back after a lost session and a dead worker, and stays away after a kick', async () => {
  const { cases, orphans } = await runVoiceFaults({ only: selection, controls: false });
  const shown = JSON.stringify(cases);
  expect(cases.map(({ name }) => name).sort(), shown).toEqual(selection.toSorted());
  // How soon is for the run on a quiet machine to judge.
  const unmended = cases.filter(({ ok, problem }) => !ok && !problem?.startsWith('not back within'));
  expect(unmended, shown).toEqual([]);
  expect(orphans).toBe(0);
}, 120_000);

test('each fault has a name of its own and a control', () => {
  const names = voiceFaults.map(({ name }) => name);
  expect(names).toEqual([...new Set(names)]);
  for (const { control } of voiceFaults) expect('guard' in control || 'stays' in control).toBe(true);
});
