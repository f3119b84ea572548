/** Every error of every catalogue with details such as they have, for tests that read what people are shown. */
import { resolve } from 'node:path';
import { describeOptions } from '#config/options.ts';
import type { ErrorDefinition, ErrorKind } from '#core/errors.ts';
import { pathsOf } from '../architecture/tree.ts';

export interface SaidError {
  path: string;
  code: string;
  kind: ErrorKind;
  message: string;
  next: string;
}

type Catalogue = Record<string, ((details?: object) => SaidError) | object> & {
  definitions: Record<string, ErrorDefinition<unknown>>;
};

export const peerId = '12D3KooWBmAwcd4PJNJvfV89HwE48nwkRmAgo8Vy3uQEyNNHBox2';
export const ulid = '01JEXAMPLE0123456789ABCDEF';
const digest = '0123456789abcdef'.repeat(4);
const snowflake = '123456789012345678';

const lists: Readonly<Record<string, readonly unknown[]>> = {
  problems: ['“title” is empty.', 'The first of “tags” may have 64 characters at most.'],
  faults: [],
  readings: [{ text: '3 April' }, { text: '4 March' }],
  peerIds: [peerId, peerId.replace('Box2', 'Box3')],
  references: ['abcdefgh@South', 'abcdefgh@West'],
  words: ['one', 'two', 'three', 'four', 'five', 'six'],
  addresses: ['/ip4/203.0.113.7/tcp/4001'],
  tried: ['/ip4/203.0.113.7/tcp/4001'],
  missing: ['Connect', 'Speak'],
  guildIds: [snowflake],
  operators: [{ userId: snowflake, name: 'Ada' }, { userId: snowflake }],
  names: ['token', 'secret'],
};
const texts: Readonly<Record<string, unknown>> = {
  peerId,
  deliveryId: ulid,
  cid: digest,
  expected: digest,
  ...{ channelId: snowflake, guildId: snowflake, discordRoleId: snowflake },
  ...{ community: 'South', target: 'blog', publisher: 'GitHub', reference: 'South', broadcast: 'abcdefgh' },
  ...{ host: 'radio.example', action: 'relay.start', command: 'play', kind: 'release', whose: 'person' },
  ...{
    when: '24 December 2026, 18:00',
    called: 'wayback',
    options: 'kind=save-page',
    meaning: 'answered 404',
  },
  ...{
    next: 'Give another address.',
    text: 'soon',
    holder: undefined,
    backup: undefined,
    pid: 7,
    port: 4_001,
  },
  ...{ url: 'https://example.org/x', link: 'https://example.org/x', redirectUrl: 'https://hub.example/back' },
};
/** The same error may say one of several things. */
const variants: readonly Readonly<Record<string, unknown>>[] = [
  {
    role: 'member',
    needed: 'publisher',
    own: 'manager',
    stage: 'asked',
    state: 'reached',
    suggestion: 'blog',
  },
  { role: 'none', needed: 'operator', own: 'dj', stage: 'opened', state: 'cancelled', suggestion: undefined },
  { role: 'publisher', needed: 'manager', stage: 'played', state: 'sent', again: false, whose: 'server' },
];

/** Throws where a definition asks for what is not known here and would say “undefined”. */
function detailsLike(variant: Readonly<Record<string, unknown>>): object {
  const given: Record<string, unknown> = { ...texts, ...lists, ...variant };
  return new Proxy(given, {
    get(target, key) {
      if (typeof key !== 'string') return undefined;
      if (key in target) return target[key];
      return /(?:Ms|Max|Bytes|Seconds|Minutes|Percent|Count|Limit|Code)$|^(?:max|port|status|percent|times|minutes|days|attempts|crashes|revision|guilds|heard|known|needed|invalidAnswers)$/.test(
        key,
      )
        ? 3
        : /s$/.test(key) && !/(?:status|address)$/.test(key)
          ? ['one', 'two']
          : 'something';
    },
  });
}

export async function everyError(): Promise<SaidError[]> {
  const paths = pathsOf('{src,config,commands,plugins}/**/errors.ts').filter(
    (path) => path !== 'src/core/errors.ts',
  );
  const found: SaidError[] = [];
  for (const path of paths) {
    const module = (await import(/* @vite-ignore */ resolve(path))) as Record<string, Catalogue>;
    for (const catalogue of Object.values(module)) {
      if (!('definitions' in catalogue)) continue;
      for (const code of Object.keys(catalogue.definitions)) {
        const factory = catalogue[code];
        if (typeof factory !== 'function') continue;
        for (const variant of variants) {
          const { kind, message, next } = factory(detailsLike(variant)) as SaidError;
          found.push({ path, code, kind, message, next });
        }
      }
    }
  }
  return found;
}

/** Dotted names that people who host a hub can look up. */
export const optionNames: readonly string[] = describeOptions().map(({ path }) => path);
