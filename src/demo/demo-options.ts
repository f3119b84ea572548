import { basename, dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const secondsMax = 3_600;

export interface DemoOptions {
  seconds: number;
  json: boolean;
  source: string;
}

export function readArguments(args: string[]): DemoOptions | string {
  try {
    const { values } = parseArgs({
      args,
      options: {
        seconds: { type: 'string', default: '30' },
        json: { type: 'boolean', default: false },
        source: { type: 'string', default: 'sample' },
      },
    });
    const seconds = Number(values.seconds);
    if (!(seconds >= 1 && seconds <= secondsMax)) return `--seconds takes a number from 1 to ${secondsMax}.`;
    return { seconds, json: values.json, source: values.source };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** A path becomes a library of its own; a URL's host is allowed because the person who runs the demo named it. */
export function sourceSettings(source: string): { typed: string; settings: Record<string, string> } {
  if (source === 'sample') return { typed: source, settings: {} };
  if (URL.canParse(source) && /^https?:$/.test(new URL(source).protocol)) {
    return { typed: source, settings: { GUILDMESH_AUDIO_ALLOWED_PRIVATE_HOSTS: new URL(source).host } };
  }
  const path = resolve(source);
  return { typed: basename(path), settings: { GUILDMESH_AUDIO_LIBRARY_DIR: dirname(path) } };
}
