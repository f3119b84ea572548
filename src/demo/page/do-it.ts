import type { Community } from '../first-minute.ts';
import type { StepId } from './progress.ts';
import type { Deed } from './steps.ts';

/** So that people can read what is typed before it is sent. */
const readMs = 1_000;
/** Two communities that start to find each other need a few seconds; a busy machine some more. */
const waitMaxMs = 40_000;

/** What of the page people use by hand (`PanelPage`). */
export interface Hands {
  openGuild(guildId: string): void;
  openChannel(channelId: string): void;
  speakAs(userId: string): void;
  setDraft(text: string): void;
  send(command: string): Promise<string | undefined>;
  press(label: string, signal: AbortSignal): Promise<string | undefined>;
  choose(label: string, signal: AbortSignal): Promise<string | undefined>;
  join(channelId: string, signal: AbortSignal): Promise<string | undefined>;
}

export interface DoItInit {
  page: Hands;
  /** Resolves once the step is done, or the signal is aborted. */
  done: (step: StepId, signal: AbortSignal) => Promise<void>;
  /** Resolves after the time, or when the signal is aborted. */
  pause: (ms: number, signal: AbortSignal) => Promise<void>;
  /** What happens now, in words. */
  say: (text: string) => void;
  signal: AbortSignal;
}

/** Does one after the other, one a second; resolves to what was in the way of the first that failed. */
export async function doIt(deeds: readonly Deed[], init: DoItInit): Promise<string | undefined> {
  for (const deed of deeds) {
    const problem = await doOne(deed, init);
    if (init.signal.aborted) return 'Stopped.';
    if (problem !== undefined) return problem;
  }
  return undefined;
}

async function doOne(deed: Deed, init: DoItInit): Promise<string | undefined> {
  const { page, pause, say, signal } = init;
  if (deed.kind === 'wait') return waitFor(deed, init);
  const { at } = deed;
  open(page, at, deed.kind === 'join' ? at.voiceId : at.textId);
  switch (deed.kind) {
    case 'send':
      say(`${at.name}: ${deed.line}`);
      page.setDraft(deed.line);
      await pause(readMs, signal);
      return signal.aborted ? undefined : page.send(deed.line);
    case 'join':
      say(`${at.name}: join ${at.voiceName}`);
      await pause(readMs, signal);
      return page.join(at.voiceId, signal);
    case 'choose':
      say(`${at.name}: choose ${deed.label}`);
      await pause(readMs, signal);
      return page.choose(deed.label, signal);
    case 'press':
      say(`${at.name}: press ${deed.label}`);
      await pause(readMs, signal);
      return page.press(deed.label, signal);
    case 'press-unless':
      say(`${at.name}: press ${deed.label}`);
      await pause(readMs, signal);
      return pressUnless(deed, init);
  }
}

async function waitFor(
  { done, problem }: Extract<Deed, { kind: 'wait' }>,
  init: DoItInit,
): Promise<string | undefined> {
  init.say('Listening…');
  const end = new AbortController();
  const signal = AbortSignal.any([init.signal, end.signal]);
  const isDone = await Promise.race([
    init.done(done, signal).then(() => true),
    init.pause(waitMaxMs, signal).then(() => false),
  ]);
  end.abort();
  return isDone ? undefined : `${problem} What the bot answered is in the channel.`;
}

/** The step may be done without it: then the button never comes. */
async function pressUnless(
  { label, done }: Extract<Deed, { kind: 'press-unless' }>,
  { page, done: isDone, signal }: DoItInit,
): Promise<string | undefined> {
  const end = new AbortController();
  const either = AbortSignal.any([signal, end.signal]);
  const without = isDone(done, either).then(() => undefined);
  const problem = await Promise.race([page.press(label, either), without]);
  end.abort();
  return problem;
}

function open(page: Hands, { guildId, ownerId }: Community, channelId: string): void {
  page.openGuild(guildId);
  page.openChannel(channelId);
  page.speakAs(ownerId);
}
