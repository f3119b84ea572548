/** `npm run --silent faults -- outbox --kills 10000 --json`: kills processes of ours and counts what it cost. */
import { parseArgs } from 'node:util';
import { runOutboxFaults } from './outbox/faults.ts';

const usage = 'Use: npm run faults -- outbox [--kills 500] [--limit-minutes 60] [--json]\n';

// What was started ends with us: at the exit that a signal alone would skip.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    kills: { type: 'string', default: '500' },
    'limit-minutes': { type: 'string', default: '60' },
    json: { type: 'boolean', default: false },
  },
});
const kills = Number(values.kills);
const limitMinutes = Number(values['limit-minutes']);
if (positionals.join() !== 'outbox' || !Number.isInteger(kills) || kills < 1 || !(limitMinutes > 0)) {
  process.stderr.write(usage);
  process.exitCode = 2;
} else {
  const report = await runOutboxFaults({
    kills,
    limitMs: limitMinutes * 60_000,
    onRound: (lane, { kills, delivered, lost, duplicated, unknownForHuman }) =>
      process.stderr.write(
        `${lane}: ${JSON.stringify({ kills, delivered, lost, duplicated, unknownForHuman })}\n`,
      ),
  });
  process.stdout.write(
    values.json
      ? `${JSON.stringify(report)}\n`
      : `${Object.entries(report)
          .map(
            ([name, value]) =>
              `${name.padEnd(16)} ${typeof value === 'object' ? JSON.stringify(value) : value}`,
          )
          .join('\n')}\n`,
  );
  process.exitCode = report.ok ? 0 : 1;
}
