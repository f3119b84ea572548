/** The process: reads the environment, creates the hub, starts it, waits for a signal, stops it. */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type HubConfig, loadConfig } from '#config/load.ts';
import { aborted } from '#core/aborted.ts';
import { systemChance, systemClock } from '#core/clock.ts';
import { isGuildmeshError } from '#core/errors.ts';
import { createLogger, type Logger } from '#core/logger.ts';
import { Scrubber } from '#core/scrubber.ts';
import packageFile from '../package.json' with { type: 'json' };
import { endSignal, leave } from './ending.ts';
import { isSupervised, reportFailed, reportReady } from './supervisor.ts';

const keepAliveMs = 24 * 60 * 60_000;
const exitCodes = { ok: 0, failed: 1, usage: 2 } as const;
const usage = `Use:
  npm start                        run the hub; without DISCORD_TOKEN: the playground
  npm run demo -- --seconds 30     the main job, headless (--json, --source PATH_OR_URL)
  npm run deploy-commands          register the slash commands (--dry-run, --global, --guild ID, --clear)
`;

/** Settings of ours, by prefix, that hubs of the demo and of the playground take over. */
const demoSettings = ['LOG_', 'AUDIO_', 'SHUTDOWN_', 'VOICE_'];
const playgroundSettings = [...demoSettings, 'WEB_', 'PLUGINS_', 'SECRET_'];

const clock = systemClock();
const ending = endSignal(clock);
const scrubber = new Scrubber();
const entryPath = fileURLToPath(import.meta.url);

leave(clock, await main(process.argv.slice(2)));

/** Resolves to the exit code. Prints every failure in a sentence, unless it failed because it was asked to stop. */
async function main(words: string[]): Promise<number> {
  try {
    return await run(words);
  } catch (error) {
    return ending.aborted ? stoppedEarly() : explain(error);
  }
}

async function run([verb, ...rest]: string[]): Promise<number> {
  if (verb === 'demo') return demo(rest);
  if (verb === 'warm-up') {
    await import('./warm-up.ts');
    return exitCodes.ok;
  }
  if (verb !== undefined && verb !== 'deploy-commands') {
    process.stderr.write(`Unknown command “${verb}”.\n${usage}`);
    return exitCodes.usage;
  }
  const config = readConfig();
  const stateDirectory = config.stateDir ?? defaultStateDirectory();
  if (verb === 'deploy-commands') return deploy(config, stateDirectory, rest);
  return config.discord.token ? runHub(config, stateDirectory) : runPlayground(config, stateDirectory);
}

function readConfig(): HubConfig {
  return loadConfig({ env: process.env, readFile: (path) => readFileSync(path, 'utf8') });
}

async function runHub(config: HubConfig, stateDirectory: string): Promise<number> {
  const startedAtMs = clock.monotonicMs();
  if (!isSupervised()) process.stdout.write(banner());
  const { createHub } = await import('#hub/hub.ts');
  const fatal = new AbortController();
  const hub = await createHub(config, {
    clock,
    chance: systemChance(),
    logger: logger(config),
    scrubber,
    environment: { get: environmentSecret },
    stateDirectory,
    searchPath: process.env.PATH,
    onFatal: (error) => fatal.abort(error),
  });
  const over = AbortSignal.any([ending, fatal.signal]);
  await hub.start(over);
  const readyMs = clock.monotonicMs() - startedAtMs;
  if (isSupervised()) reportReady(readyMs, hub.peersHearing);
  else process.stdout.write(`Ready after ${Math.round(readyMs)} ms. ${readyWords(config)}\n`);
  await keptAlive(over);
  await hub.stop();
  return fatal.signal.aborted ? explain(fatal.signal.reason) : exitCodes.ok;
}

async function runPlayground(config: HubConfig, stateDirectory: string): Promise<number> {
  process.stdout.write(banner());
  const { makeStateFolder } = await import('#storage/state-folder.ts');
  makeStateFolder(stateDirectory);
  const { launchPlayground } = await import('#demo/launch.ts');
  await launchPlayground({
    entryPath,
    stateDirectory: join(stateDirectory, 'playground'),
    environment: inherited(playgroundSettings),
    port: config.playground.port,
    elsewherePort: config.playground.elsewherePort,
    write: (text) => void process.stdout.write(text),
    signal: ending,
  });
  return exitCodes.ok;
}

async function demo(words: string[]): Promise<number> {
  const { runDemo } = await import('#demo/demo.ts');
  return runDemo({
    entryPath,
    environment: inherited(demoSettings),
    arguments: words,
    write: (text) => void process.stdout.write(text),
    writeError: (text) => void process.stderr.write(text),
    signal: ending,
  });
}

async function deploy(config: HubConfig, stateDirectory: string, words: string[]): Promise<number> {
  const { deployFromCommandLine } = await import('./deploy.ts');
  return deployFromCommandLine(config, words, {
    clock,
    logger: logger(config),
    stateDirectory,
    write: (text) => void process.stdout.write(text),
    writeError: (text) => void process.stderr.write(text),
  });
}

function logger(config: HubConfig): Logger {
  const { discord, storage, vault } = config;
  for (const secret of [discord.token, storage.postgresUrl, vault.key, vault.previousKey])
    if (secret) scrubber.add(secret.reveal());
  return createLogger({
    level: config.log.level,
    scrubber,
    write: (line) => void process.stderr.write(line),
  });
}

/** A credential set as `GUILDMESH_SECRET_…`, or in the file that `…_FILE` names. The log never shows it. */
function environmentSecret(name: string): string | undefined {
  const path = process.env[`${name}_FILE`];
  const value = process.env[name] ?? (path ? readFileSync(path, 'utf8').trim() : undefined);
  if (value) scrubber.add(value);
  return value;
}

function banner(): string {
  return `guildmesh ${packageFile.version} · Node ${process.version}\n`;
}

function readyWords({ process: { roles } }: HubConfig): string {
  return roles === 'publisher' ? 'It delivers what the hub has planned.' : 'Type /help in your guild.';
}

/**
 * Keeps the process alive until it ends: without a gateway it may have nothing open for a while, as when its database
 * is unreachable.
 */
async function keptAlive(over: AbortSignal): Promise<void> {
  const awake = () => {
    timer = clock.after(keepAliveMs, awake);
  };
  let timer = clock.after(keepAliveMs, awake);
  await aborted(over);
  timer.cancel();
}

/** Environment for child hubs: the machine's, without this process's own settings but those of the prefixes. */
function inherited(prefixes: readonly string[]): Record<string, string> {
  const own = new RegExp(`^(GUILDMESH_(?!${prefixes.join('|')})|DISCORD_)`);
  const entries = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !own.test(entry[0]),
  );
  return Object.fromEntries(entries);
}

function defaultStateDirectory(): string {
  const home = homedir();
  if (process.platform === 'win32')
    return join(process.env.LOCALAPPDATA ?? join(home, 'AppData', 'Local'), 'guildmesh');
  if (process.platform === 'darwin') return join(home, 'Library', 'Application Support', 'guildmesh');
  return join(process.env.XDG_STATE_HOME ?? join(home, '.local', 'state'), 'guildmesh');
}

/** A hub under a parent ends silently: the sender of the signal waits for nothing else. */
function stoppedEarly(): number {
  if (!isSupervised()) process.stdout.write('Stopped before it was ready.\n');
  return exitCodes.ok;
}

async function explain(error: unknown): Promise<number> {
  if (isGuildmeshError(error)) {
    const { message, next, code } = error;
    if (!(await reportFailed({ message, next, code })))
      process.stderr.write(`${message}\n${next}\n(${code})\n`);
    return exitCodes.failed;
  }
  process.stderr.write(
    `guildmesh could not go on: ${error instanceof Error ? error.stack : String(error)}\n`,
  );
  await reportFailed({ message: 'It met a defect of its own.', next: 'Look at the lines of its log above.' });
  return exitCodes.failed;
}
