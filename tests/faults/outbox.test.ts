import { expect, test } from 'vitest';
import { runOutboxFaults } from './outbox/faults.ts';

const kills = 500;
const limitMs = 4 * 60_000;

/** On a machine that is busy with everything else fewer fit into the time; fewer than this prove nothing. */
const killsMin = 50;

test(
  `${kills} kills lose nothing and double nothing, and the blind control doubles`,
  async () => {
    const report = await runOutboxFaults({ kills, limitMs });
    const shown = JSON.stringify(report);
    expect(report.kills, shown).toBeGreaterThanOrEqual(killsMin);
    expect(report.effectsUnderFire, shown).toBeGreaterThan(0);
    expect(report, shown).toMatchObject({ lost: 0, duplicated: 0, ok: true });
    expect(report.delivered + report.unknownForHuman, shown).toBe(report.publications);
    expect(report.control.duplicated, shown).toBeGreaterThan(0);
  },
  8 * 60_000,
);
