import type { ActionContext } from '#contracts/action.ts';
import { timeActions } from '#scheduling/time/time-actions.ts';
import { Zones } from '#scheduling/time/zones.ts';
import { home } from './seed.ts';

const nowMs = 1_790_000_000_000;

type Answers = Record<string, (input: never) => unknown>;

/** Answers of milestones, schedules and chains: what was asked, given back. */
export function planningAnswers(): Answers {
  const milestone = (input: object) => ({
    id: 'm1',
    guildId: home,
    title: 'Version 1',
    description: 'The first one.',
    when: 'Thu 24 Dec 2026, 18:00 Europe/Berlin (UTC+1)',
    atMs: nowMs,
    zone: 'Europe/Berlin',
    state: 'open',
    progressPercent: 40,
    artifacts: [],
    targets: ['news'],
    posts: [{ offset: '-7d', atMs: nowMs, state: 'planned' }],
    ...('title' in input && { title: input.title }),
  });
  const schedule = (input: object) => ({
    id: 's1',
    guildId: home,
    title: 'Weekly digest',
    rule: '0 18 * * FRI',
    zone: 'Europe/Berlin',
    targets: ['news'],
    kind: 'digest',
    policy: 'once',
    graceMs: 900_000,
    jitterMs: 0,
    paused: 'paused' in input ? input.paused : false,
    next: [{ atMs: nowMs, text: 'Fri 25 Dec 2026, 18:00 Europe/Berlin (UTC+1)' }],
  });
  const run = {
    id: '01999999-0000-7000-8000-000000000777',
    label: 'v1',
    state: 'stopped',
    link: 2,
    reason: 'site needs a person',
    links: [
      { deliveries: [{ target: 'vault', id: 'd1', state: 'done', url: 'https://archive.org/details/v1' }] },
      { deliveries: [] },
    ],
    startedAtMs: nowMs,
    updatedAtMs: nowMs,
  };
  const chain = () => ({
    guildId: home,
    id: 'c1',
    name: 'release',
    trigger: { kind: 'artifact', label: 'build-*' },
    title: '{label}',
    body: '{description}',
    tags: [],
    links: [
      { targets: ['vault'], withArtifacts: true },
      { targets: ['site', 'news'], withArtifacts: false },
    ],
    runs: [run],
  });
  return {
    ...timeAnswers(),
    'milestone.add': milestone,
    'milestone.edit': milestone,
    'milestone.list': () => ({ milestones: [milestone({})] }),
    'milestone.show': milestone,
    'milestone.done': () => ({ ...milestone({}), state: 'reached' }),
    'milestone.remove': () => ({ ...milestone({}), state: 'cancelled' }),
    'schedule.add': schedule,
    'schedule.edit': schedule,
    'schedule.preview': () => ({ next: schedule({}).next }),
    'schedule.list': () => ({ schedules: [schedule({})] }),
    'schedule.pause': schedule,
    'schedule.remove': schedule,
    'chain.add': chain,
    'chain.list': () => ({ chains: [chain()] }),
    'chain.show': chain,
    'chain.remove': chain,
    'chain.run': () => run,
  };
}

/** The real reading of times: it needs nothing but a clock. */
function timeAnswers(): Answers {
  const actions = timeActions({ zones: new Zones(), clock: { nowMs: () => Date.now() } });
  return Object.fromEntries(
    actions.map(({ run, spec }) => [spec.name, (input: never) => run({} as ActionContext, input)]),
  );
}
