import { expect, test } from 'vitest';
import { doctorRun } from '#contracts/actions/doctor.ts';
import type { Examiner, Finding } from '#contracts/diagnosis.ts';
import { createLogger } from '#core/logger.ts';
import { Scrubber } from '#core/scrubber.ts';
import { createDoctor, examinationMaxMs } from '#discord/doctor/doctor.ts';
import { FakeClock } from '../support/fake-clock.ts';

const ok: Finding = { id: 'voice.udp', level: 'ok', text: 'UDP gets through.' };
const warning: Finding = {
  id: 'dependency.ffmpeg',
  level: 'warning',
  text: 'ffmpeg is missing.',
  fix: 'Install it.',
};
const problem: Finding = { id: 'permission.speak', level: 'problem', text: 'No Speak.', fix: 'Allow it.' };

function examine(examiners: Examiner[]) {
  const clock = new FakeClock();
  const log: string[] = [];
  const logger = createLogger({ level: 'info', scrubber: new Scrubber(), write: (line) => log.push(line) });
  const [doctor] = createDoctor({ examiners: () => examiners, clock, logger });
  const context = {
    actor: { kind: 'system', reason: 'test' } as const,
    signal: new AbortController().signal,
  };
  const found = doctor?.run(context, { guildId: '1', channelId: '2' }) as Promise<{ findings: Finding[] }>;
  return { clock, log, found, spec: doctor?.spec };
}

const finds = (...findings: Finding[]): Examiner => ({ examine: async () => findings });

test('collects what every examiner found, the worst first', async () => {
  const { found, spec } = examine([finds(ok), finds(warning, problem)]);
  expect(spec).toBe(doctorRun);
  expect((await found).findings).toEqual([problem, warning, ok]);
});

test('of two findings about one thing the graver counts', async () => {
  const { found } = examine([finds({ ...ok, id: problem.id }), finds(problem)]);
  expect((await found).findings).toEqual([problem]);
});

test('passes on what to look at', async () => {
  const scopes: unknown[] = [];
  const { found } = examine([
    {
      examine: async (scope) => {
        scopes.push(scope);
        return [];
      },
    },
  ]);
  await found;
  expect(scopes).toEqual([{ guildId: '1', channelId: '2' }]);
});

test('an examiner that fails or hangs costs nobody else’s findings', async () => {
  let aborted = false;
  const hangs: Examiner = {
    examine: (_, signal) =>
      new Promise(() => {
        signal.addEventListener('abort', () => {
          aborted = true;
        });
      }),
  };
  const fails: Examiner = {
    examine: async () => {
      throw new Error('a detail for the log');
    },
  };
  const { clock, found, log } = examine([hangs, fails, finds(ok)]);
  await clock.advance(examinationMaxMs);
  const { findings } = await found;
  expect(findings.map(({ id }) => id)).toEqual(['doctor.examination', ok.id]);
  expect(JSON.stringify(findings)).not.toContain('a detail');
  expect(log.join('')).toContain('a detail for the log');
  expect(aborted).toBe(true);
});
