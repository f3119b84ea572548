import { type Role, roleAtLeast } from '#contracts/actor.ts';
import { GuildmeshError } from '#core/errors.ts';

type Needed = Role | 'operator';

/** Commands whose action has another name, by their words. */
const otherNames: Readonly<Record<string, string>> = {
  setup: 'guild.setup',
  tweet: 'publish.create',
  'archive url': 'publish.create',
  'archive artifact': 'publish.create',
  'archive thread': 'artifact.archive-thread',
  'publish post': 'publish.create',
  'publish files': 'publish.edit',
  'publish setup': 'target.add',
  'publish targets': 'target.list',
  'deliveries pause': 'target.pause',
  'deliveries resume': 'target.resume',
  'schedule resume': 'schedule.pause',
  'chain resume': 'chain.run',
  'relay settings': 'relay.configure',
  'access audit': 'audit.list',
};
const areas: Readonly<Record<string, string>> = {
  deliveries: 'delivery',
  'publish target': 'target',
  'publish token': 'token',
  'broadcast record': 'recording',
};
const mention = /(?<![\w./@:])\/([a-z]+(?: [a-z]+){0,2})/g;
const saysWho = /\b(?:managers?|publishers?|DJs?|operators?)\b|people who host/i;

/** By the name of an action: who may perform it. */
export type AccessOf = (action: string) => Needed | undefined;

/** The role that a command asks for, from its words and those that follow in a sentence; undefined: everybody may. */
export function whoMayRun(words: string, accessOf: AccessOf): Needed | undefined {
  const parts = words.split(' ');
  for (let length = parts.length; length > 0; length--) {
    const access = accessOf(actionOf(parts.slice(0, length)));
    if (access !== undefined) return access;
  }
  return undefined;
}

function actionOf(parts: readonly string[]): string {
  const other = otherNames[parts.join(' ')];
  if (other !== undefined) return other;
  const area = parts.slice(0, -1).join(' ');
  return [areas[area] ?? area.replaceAll(' ', '.'), parts.at(-1)].join('.');
}

/** The error with who may take its next step, where the asker may not and it doesn't say so. */
export function withWhoMay(
  error: GuildmeshError,
  role: Role | undefined,
  accessOf: AccessOf,
): GuildmeshError {
  if (saysWho.test(error.next)) return error;
  const needed = [...error.next.matchAll(mention)]
    .map(([, words = '']) => whoMayRun(words, accessOf))
    .filter((each) => each !== undefined);
  const lacking = needed.find((each) => each === 'operator' || !role || !roleAtLeast(role, each));
  if (lacking === undefined || lacking === 'member') return error;
  const next = `${error.next} ${sentences[lacking]}`;
  return new GuildmeshError({ ...error.toRecord(), next }, { cause: error.cause });
}

const sentences: Readonly<Record<Exclude<Needed, 'member'>, string>> = {
  operator: 'That is for the people who host the bot: ask one of them.',
  owner: 'That is for the server’s owner.',
  manager: 'That is for managers: ask one of them.',
  publisher: 'That is for publishers: ask one of them.',
  dj: 'That is for DJs: ask one of them.',
};
