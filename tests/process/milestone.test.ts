import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ids } from '#demo/north-and-south.ts';
import { LeapingClock } from '../support/leaping-clock.ts';
import { newsChannelId, openPublishingWorld, type PublishingWorld } from './support/publishing-hub.ts';
import { say, until } from './support/two-communities.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Before what is waited for: from here on time passes on its own. */
const beforeMs = 1_500;

describe('weeks of a hub, leapt through, with commands typed and posts in a channel', () => {
  const clock = new LeapingClock();
  let world: PublishingWorld;
  const type = (typed: string) => say(world.ada, typed);

  beforeAll(async () => {
    world = await openPublishingWorld();
    await world.startInside(clock);
    const options = `"kind=message channelId=${newsChannelId}"`;
    expect(
      await type(`/publish target add name:news publisher:discord options:${options} approval:none`),
    ).toContain('Target added');
  });
  afterAll(() => world.close());

  /** At six in the evening, UTC, so many days from now. */
  function evening(days: number): { local: string; atMs: number } {
    const date = new Date(clock.nowMs() + days * dayMs).toISOString().slice(0, 10);
    return { local: `${date} 18:00`, atMs: Date.parse(`${date}T18:00Z`) };
  }

  async function idOf(command: 'milestone' | 'schedule', title: string): Promise<string> {
    const verb = command === 'milestone' ? 'show' : 'pause';
    const [found] = await world.ada.autocomplete(`/${command} ${verb} ${command}:${title}`);
    return String(found?.value);
  }

  /** What stands in the channel once the hub's clock has gone past that instant, and not before. */
  async function postAt(atMs: number): Promise<string> {
    const before = world.news().length;
    clock.leapTo(atMs - beforeMs);
    await until('a post', async () => world.news().length > before);
    expect(clock.nowMs()).toBeGreaterThanOrEqual(atMs);
    expect(world.news()).toHaveLength(before + 1);
    return world.news().at(-1) ?? '';
  }

  async function nothingUntil(atMs: number): Promise<void> {
    const before = world.news();
    clock.leapTo(atMs);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(world.news()).toEqual(before);
  }

  const seconds = (atMs: number) => `<t:${atMs / 1_000}:R>`;

  test('a milestone moved, counted down, reached, and told in the digest', async () => {
    const first = evening(10);
    const added = await type(
      `/milestone add title:"Public beta" at:"${first.local}" zone:UTC targets:news description:"For everyone."`,
    );
    expect(added).toContain(`🕒 planned · 7 days before · ${seconds(first.atMs - 7 * dayMs)}`);
    const id = await idOf('milestone', 'Public');
    const { local, atMs } = evening(12);
    const moved = await type(`/milestone edit milestone:${id} at:"${local}" progress:40`);
    expect(moved).toContain(`🕒 planned · 7 days before · ${seconds(atMs - 7 * dayMs)}`);
    await nothingUntil(first.atMs - 7 * dayMs + hourMs);

    expect(await postAt(atMs - 7 * dayMs)).toMatch(
      /^\*\*In 7 days: Public beta\*\*\nFor everyone\.\n\nWhen: .* 18:00 UTC\n\nProgress: ▰▰▰▰▱▱▱▱▱▱ 40 %$/,
    );
    // Ordered a day ahead, it can still be changed.
    clock.leapTo(atMs - dayMs - 2 * hourMs);
    await until('the post to be ready', async () =>
      (await type(`/milestone show milestone:${id}`)).includes('🕒 ready to leave · 1 day before'),
    );
    await type(`/milestone edit milestone:${id} progress:70`);
    expect(await postAt(atMs - dayMs)).toMatch(/^\*\*In 1 day: Public beta\*\*\n[\s\S]*70 %$/);
    expect(await postAt(atMs)).toMatch(/^\*\*Now: Public beta\*\*/);

    await type('/schedule add title:"This week" targets:news zone:UTC cron:"0 9 * * *" digest:true');
    const morning = () => Math.ceil((clock.nowMs() - 9 * hourMs) / dayMs) * dayMs + 9 * hourMs;
    expect(await postAt(morning())).toMatch(
      /^\*\*This week\*\*\n\*\*Open\*\*\n\n- Public beta: .* \(1 day overdue\), 70 %$/,
    );
    await type(`/milestone done milestone:${id}`);
    await until('the completion post', async () => world.news().at(-1)?.includes('Reached') === true);
    expect(world.news().at(-1)).toBe('**Reached: Public beta**\nFor everyone.');
    const shown = await type(`/milestone show milestone:${id}`);
    expect(shown.match(/🟢 \[published\]/g)).toHaveLength(4);
    expect(await postAt(morning())).toBe('**This week**\n**Reached**\n\n- Public beta');
    // It has been told, and nothing is open.
    await nothingUntil(morning() + hourMs);
    expect(world.news()).toHaveLength(6);
    await type(`/schedule remove schedule:${await idOf('schedule', 'This')}`);
  });

  test('a cancelled milestone withdraws what was ordered', async () => {
    const { local, atMs } = evening(3);
    await type(`/milestone add title:"Meeting" at:"${local}" zone:UTC targets:news posts:"0, 1h, done"`);
    const id = await idOf('milestone', 'Meeting');
    clock.leapTo(atMs - 5 * hourMs);
    await until('the post to be ready', async () =>
      (await type(`/milestone show milestone:${id}`)).includes('🕒 ready to leave · at the date'),
    );
    const removed = await type(`/milestone remove milestone:${id}`);
    expect(removed.match(/⚫ withdrawn/g)).toHaveLength(3);
    await nothingUntil(atMs + 2 * hourMs);
    expect(await type(`/milestone done milestone:${id}`)).toContain('MILESTONE_OVER');
    expect(await type('/milestone list')).toMatch(
      /2 milestones · 0 open\n⚫ \*\*Meeting\*\*[\s\S]*🏁 \*\*Public beta\*\*/,
    );
  });

  test('a schedule held misses nothing; one slept through is reported', async () => {
    const added = await type(
      '/schedule add title:"Standup" targets:news zone:UTC cron:"0 9 * * *" body:"Hello"',
    );
    expect(added).toContain('**Next runs**');
    const id = await idOf('schedule', 'Standup');
    const nextMorning = () => Math.ceil((clock.nowMs() - 9 * hourMs) / dayMs) * dayMs + 9 * hourMs;
    expect(await postAt(nextMorning())).toBe('**Standup**\nHello');
    expect(await type(`/schedule pause schedule:${id}`)).toContain('none until it goes on');
    expect(await type('/schedule list')).toContain('held');
    await nothingUntil(nextMorning() + 2 * dayMs + hourMs);
    await type(`/schedule resume schedule:${id}`);
    // Two mornings slept through, the second by more than its grace of 15 minutes.
    await nothingUntil(nextMorning() + dayMs + hourMs);
    expect(await type('/schedule list')).toMatch(/⚠️ 2 runs missed/);
    const told = () => JSON.stringify(world.playground.world.messages(ids.northGeneral));
    await until('the alert', async () => told().includes('2 posts of “Standup” did not go out'));
    expect(await postAt(nextMorning())).toBe('**Standup**\nHello');
    expect(await type(`/schedule remove schedule:${id}`)).toContain('Removed · Standup');
    expect(await type('/schedule list')).toContain('No schedules');
  });

  test.each([
    ['/milestone add title:X at:"2027-02-30 18:00" zone:UTC targets:news', 'SCHEDULE_TIME_IMPOSSIBLE'],
    ['/milestone add title:X at:"2020-01-01 18:00" zone:UTC targets:news', 'SCHEDULE_TIME_PAST'],
    ['/milestone add title:X at:"2126-01-01 18:00" zone:UTC targets:news', 'SCHEDULE_TIME_TOO_FAR'],
    ['/milestone add title:X at:"2030-01-01 18:00" zone:Berlin targets:news', 'Europe/Berlin'],
    ['/milestone add title:X at:"2030-01-01 18:00" zone:UTC targets:nws', 'did you mean “news”'],
    [
      '/milestone add title:X at:"2030-01-01 18:00" zone:UTC targets:news posts:"-7x"',
      'ACTION_INPUT_INVALID',
    ],
    ['/milestone show milestone:nothing', 'MILESTONE_UNKNOWN'],
    ['/schedule preview zone:UTC cron:"61 * * * *"', '“61” is no minute'],
    ['/schedule preview zone:UTC cron:"0 0 30 2 *"', 'SCHEDULE_NEVER_RUNS'],
    ['/schedule preview zone:UTC', 'DISCORD_TIME_AND_CRON'],
    ['/schedule preview zone:America/New_York at:"2027-11-07 01:30"', '01\\:30 happens twice that day'],
    ['/schedule preview zone:America/New_York at:"2027-03-14 02:30"', '03\\:30 is used'],
  ])('%s answers %s', async (typed, answer) => {
    clock.leap(10_000);
    expect(await type(typed)).toContain(answer);
  });
});
