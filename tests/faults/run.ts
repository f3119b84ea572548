/**
 * `npm run --silent faults -- outbox --kills 10000 --json`: kills processes of ours and counts what it cost.
 * `npm run --silent faults -- voice --json`: what Discord, people and the network do to voice, and when audio is back.
 * `npm run --silent faults -- icecast --minutes 10 --json`: a real Icecast whose sources restart and change tracks.
 * `npm run --silent faults -- pending --json`: silent sockets at the mesh's door, and who comes in all the same.
 * `npm run --silent faults -- isolation --json`: what people of other guilds reach of a home guild, by whatever they try.
 */
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { BorderReport } from './isolation/faults.ts';
import { runOutboxFaults } from './outbox/faults.ts';
import type { CaseReport } from './voice/faults.ts';

const usage = `Use: npm run faults -- outbox [--kills 500] [--limit-minutes 12] [--json]
     npm run faults -- voice [--only kick,kill-9] [--no-controls] [--json]
     npm run faults -- icecast [--minutes 10] [--json]
     npm run faults -- pending [--tries 20] [--json]
     npm run faults -- isolation [--only 'node stopped'] [--no-controls] [--credentials 10000] [--tree FOLDER]
       [--limit-minutes 8] [--json]
`;

// What was started ends with us: at the exit that a signal alone would skip.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const { values, positionals } = parseArgs({
  allowPositionals: true,
  allowNegative: true,
  options: {
    only: { type: 'string' },
    controls: { type: 'boolean', default: true },
    kills: { type: 'string', default: '500' },
    'limit-minutes': { type: 'string' },
    tree: { type: 'string' },
    tries: { type: 'string', default: '20' },
    minutes: { type: 'string', default: '10' },
    credentials: { type: 'string', default: '10000' },
    json: { type: 'boolean', default: false },
  },
});
if (positionals.join() === 'outbox') await outbox();
else if (positionals.join() === 'voice') await voice();
else if (positionals.join() === 'icecast') await icecast();
else if (positionals.join() === 'pending') await pending();
else if (positionals.join() === 'isolation') await isolation();
else explainUse();

async function outbox(): Promise<void> {
  const kills = Number(values.kills);
  const limitMinutes = Number(values['limit-minutes'] ?? Math.max(12, kills / 40));
  if (!Number.isInteger(kills) || kills < 1 || !(limitMinutes > 0)) return explainUse();
  const report = await runOutboxFaults({
    kills,
    limitMs: limitMinutes * 60_000,
    onKill: progress(kills, limitMinutes),
    onRound: (lane, { kills, delivered, lost, duplicated, unknownForHuman }) =>
      process.stderr.write(
        `${lane}: ${JSON.stringify({ kills, delivered, lost, duplicated, unknownForHuman })}\n`,
      ),
  });
  const lines = Object.entries(report).map(
    ([name, value]) => `${name.padEnd(16)} ${typeof value === 'object' ? JSON.stringify(value) : value}\n`,
  );
  process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : lines.join(''));
  process.exitCode = report.ok ? 0 : 1;
}

/** A line every 20 s, and at the end of the killing. */
function progress(wanted: number, limitMinutes: number): (killed: number) => void {
  const startedAtMs = Date.now();
  let toldAtMs = startedAtMs;
  return (killed) => {
    const nowMs = Date.now();
    if (nowMs - toldAtMs < 20_000 && killed !== wanted) return;
    toldAtMs = nowMs;
    const seconds = (nowMs - startedAtMs) / 1_000;
    const left = Math.ceil((Math.max(0, wanted - killed) / killed) * seconds);
    process.stderr.write(
      `${killed} of ${wanted} kills after ${Math.round(seconds)} s, about ${left} s to go of ${limitMinutes} min at most; then processes of role publisher\n`,
    );
  };
}

async function voice(): Promise<void> {
  const { controls, json } = values;
  const { runVoiceFaults } = await import('./voice/faults.ts');
  const report = await runVoiceFaults({
    only: values.only?.split(','),
    controls,
    ...(json ? {} : { onCase: (each) => void process.stdout.write(lineOf(each)) }),
  });
  process.stdout.write(
    json
      ? `${JSON.stringify(report)}\n`
      : `orphans ${report.orphans}, ${report.ok ? 'all well' : 'NOT WELL'}\n`,
  );
  process.exitCode = report.ok ? 0 : 1;
}

async function icecast(): Promise<void> {
  const minutes = Number(values.minutes);
  if (!(minutes > 0)) return explainUse();
  const { runIcecastFaults } = await import('./icecast/faults.ts');
  const report = await runIcecastFaults({ minutes });
  const lines = report.broadcasts.map((each) => `${JSON.stringify(each)}\n`).join('');
  process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : lines);
  process.exitCode = report.ok ? 0 : 1;
}

async function pending(): Promise<void> {
  const tries = Number(values.tries);
  if (!Number.isInteger(tries / 2) || tries < 2) return explainUse();
  const { runPendingFaults } = await import('./pending/faults.ts');
  const report = await runPendingFaults({ tries });
  const lines = Object.entries(report).map(
    ([name, value]) => `${name.padEnd(16)} ${JSON.stringify(value)}\n`,
  );
  process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : lines.join(''));
  process.exitCode = report.ok ? 0 : 1;
}

/** `--tree`: the hub of another checkout is asked, with the questions of this one. */
async function isolation(): Promise<void> {
  const { controls, json, only, tree } = values;
  const limitMinutes = Number(values['limit-minutes'] ?? 8);
  const credentials = Number(values.credentials);
  if (!(limitMinutes > 0) || !Number.isInteger(credentials)) return explainUse();
  const { runIsolationFaults } = await import('./isolation/faults.ts');
  const report = await runIsolationFaults({
    only: only?.split(','),
    controls,
    credentials,
    entryPath: tree === undefined ? undefined : join(resolve(tree), 'src/main.ts'),
    limitMs: limitMinutes * 60_000,
    ...(json ? {} : { onBorder: (each) => void process.stdout.write(borderLine(each)) }),
  });
  const { across, control, ok, seconds, violations, within } = report;
  if (report.credentials && !json)
    process.stdout.write(`credentials ${JSON.stringify(report.credentials)}\n`);
  process.stdout.write(
    json
      ? `${JSON.stringify(report)}\n`
      : `across ${across}, within ${within}, control ${control ?? '-'}, violations ${violations}, ${seconds} s: ${ok ? 'all well' : 'NOT WELL'}\n`,
  );
  // Whatever a hub that hangs has left open.
  process.stdout.write('', () => process.exit(ok ? 0 : 1));
}

function borderLine({ control, counts, name, ok, problem, unit }: BorderReport): string {
  const { annex, former, home, outside } = counts;
  const cells = Object.entries({ home, annex, outside, former, control })
    .map(([place, count]) => `${place} ${count ?? '-'}`.padEnd(12))
    .join(' ');
  return `${ok ? 'ok ' : 'BAD'} ${name.padEnd(30)} ${unit.padEnd(12)} ${cells}${problem ? `: ${problem}` : ''}\n`;
}

function lineOf({ audioBackMs, control, expected, measured, name, ok, problem }: CaseReport): string {
  const back =
    audioBackMs === null ? 'stays away' : audioBackMs === undefined ? 'not back' : `${audioBackMs} ms`;
  const controlled = control
    ? control.failed
      ? `control fails${measured ? ` (${control.saw})` : ''}`
      : `CONTROL PASSES ${control.saw}`
    : 'no control';
  return `${ok ? 'ok ' : 'BAD'} ${name.padEnd(36)} ${back.padStart(10)}  ${controlled}  ${expected}${problem || measured ? `: ${problem ?? measured}` : ''}\n`;
}

function explainUse(): void {
  process.stderr.write(usage);
  process.exitCode = 2;
}
