import { createElsewhere, type Elsewhere } from '@guildmesh/elsewhere';
import { aborted, orAborted } from '#core/aborted.ts';
import { type Communities, openCommunities } from './communities.ts';
import { elsewhereSettings, webSettings } from './elsewhere-settings.ts';
import { hints } from './first-minute.ts';
import { type HubProcess, howOf } from './hub-process.ts';
import { explainable } from './local-discord-error.ts';

export interface LaunchInit {
  entryPath: string;
  stateDirectory: string;
  environment: Record<string, string>;
  port: number;
  /** Absent: two above `port`. */
  elsewherePort?: number | undefined;
  write: (text: string) => void;
  /** Aborted when people want to end it. */
  signal: AbortSignal;
}

/** One between them is where a hub's own web door listens by default. */
const portsBetween = 2;
const restartDelaysMs = [500, 1_000, 2_000, 5_000, 10_000];
/** A hub that lived this long has recovered: after its next end the delays start again from the shortest. */
const recoveredAfterMs = 60_000;

/**
 * `npm start` without a token: the local Discord, two hubs, the page; hubs that die are restarted. Rejects with what
 * keeps a hub from its first start, or with the signal's reason when people end it earlier.
 */
export async function launchPlayground(init: LaunchInit): Promise<void> {
  try {
    await launch(init);
  } catch (error) {
    throw explainable(error);
  }
}

async function launch(init: LaunchInit): Promise<void> {
  const elsewhere = await startElsewhere(init);
  try {
    await launchCommunities(init, elsewhere);
  } finally {
    await elsewhere.stop();
  }
}

/** Where nobody chose its port, another program on the usual one is no reason not to start. */
async function startElsewhere({ elsewherePort, port, write }: LaunchInit): Promise<Elsewhere> {
  async function startOn(chosen: number): Promise<Elsewhere> {
    const elsewhere = createElsewhere({ port: chosen, writeLog: (line) => write(`${line}\n`) });
    await elsewhere.start();
    return elsewhere;
  }
  if (elsewherePort !== undefined || port === 0) return startOn(elsewherePort ?? 0);
  return startOn(port + portsBetween).catch((error: { code?: string }) => {
    if (error.code !== 'ELSEWHERE_PORT_TAKEN') throw error;
    return startOn(0);
  });
}

async function launchCommunities(init: LaunchInit, elsewhere: Elsewhere): Promise<void> {
  const { common, first, second } = webSettings(init.environment);
  const communities = await openCommunities({
    entryPath: init.entryPath,
    stateDirectory: init.stateDirectory,
    // People read this output; a lower log level shows the rest.
    // The two find each other before anybody asks.
    environment: {
      GUILDMESH_LOG_LEVEL: 'warn',
      GUILDMESH_MESH_AUTOSTART: 'true',
      ...elsewhereSettings(elsewhere),
      ...common,
    },
    north: first,
    south: second,
    port: init.port,
    elsewhere,
    onLogLine: (hub, line) => init.write(logLine(hub, line)),
  });
  try {
    await announce(communities, elsewhere, init);
    const watches = [watch(communities.north, 'North', init), watch(communities.south, 'South', init)];
    await aborted(init.signal);
    await Promise.all([communities.stop(), ...watches]);
  } catch (error) {
    await communities.stop();
    throw error;
  }
}

async function announce(
  { north, south, playground }: Communities,
  elsewhere: Elsewhere,
  init: LaunchInit,
): Promise<void> {
  init.signal.throwIfAborted();
  const ready = await orAborted(init.signal, Promise.all([north.start(), south.start()]));
  const slowestMs = Math.round(Math.max(...ready.map((hub) => hub.readyMs)));
  init.write(
    [
      `Two hubs, North and South, are ready after ${slowestMs} ms on a Discord of this machine’s own.`,
      '',
      `  Open ${playground.pageUrl} and press “Play something”. Or type, in any order:`,
      ...hints.map((hint, index) => `  ${index + 1}. ${hint}`),
      '',
      `What they publish stands at ${elsewhere.pageUrl} (GitHub, Hugging Face, archive.org, X, Mastodon, webhooks: stand-ins on this machine).`,
      'State is kept in the folder',
      `  ${init.stateDirectory}`,
      'To run against Discord itself, set DISCORD_TOKEN (see README). Ctrl+C ends everything.',
      '',
    ].join('\n'),
  );
}

async function watch(hub: HubProcess, name: string, init: LaunchInit): Promise<void> {
  let attempt = 0;
  let startedAtMs = performance.now();
  for (;;) {
    const exit = await hub.ended;
    if (init.signal.aborted) return;
    if (performance.now() - startedAtMs > recoveredAfterMs) attempt = 0;
    const delayMs = restartDelaysMs[attempt++];
    if (delayMs === undefined) {
      init.write(`${name} ended ${attempt} times in a row; it stays down. Ctrl+C, then npm start.\n`);
      return;
    }
    const { failure } = hub;
    if (failure) init.write(`${failure.message}\n${failure.next}\n`);
    init.write(`${name} ended (${howOf(exit)}); starting it again.\n`);
    await Promise.race([new Promise((resolve) => setTimeout(resolve, delayMs)), aborted(init.signal)]);
    if (init.signal.aborted) return;
    startedAtMs = performance.now();
    // A failed start appears as the next `ended`.
    await hub.start().catch(() => undefined);
  }
}

/** Hubs log JSON lines; people get the sentence in them. Other lines pass unchanged. */
function logLine(hub: string, line: string): string {
  try {
    const { msg, level, time, ...fields } = JSON.parse(line) as Record<string, unknown>;
    const detail = Object.keys(fields).length > 0 ? ` ${JSON.stringify(fields)}` : '';
    return `${hub}: ${msg}${detail}\n`;
  } catch {
    return `${hub}: ${line}\n`;
  }
}
