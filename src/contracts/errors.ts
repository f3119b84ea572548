import { defineErrors } from '#core/errors.ts';
import type { Role } from './actor.ts';
import { type HubHost, hostWords } from './guild-standing.ts';
import type { InputFault } from './input-words.ts';

const rolesInWords: Readonly<Record<Role, string>> = {
  owner: 'the server’s owner',
  manager: 'managers',
  publisher: 'publishers',
  dj: 'DJs',
  member: 'members',
};

export const actionErrors = defineErrors({
  ACTION_FORBIDDEN: {
    kind: 'user',
    message: (d: { action: string; needed: Role | 'operator'; role: Role | 'none' }) =>
      d.needed === 'operator'
        ? 'Only the people who host this hub may do this.'
        : `Only ${rolesInWords[d.needed]} may do this here${d.role === 'none' ? '' : `; your role is “${d.role}”`}.`,
    next: (d: { action: string; needed: Role | 'operator'; role: Role | 'none' }) =>
      d.needed === 'operator'
        ? 'Ask one of them: the owner or team of the bot’s Discord application.'
        : 'Ask one of them; a manager gives the role to one of your Discord roles with /access grant.',
  },
  ACTION_OTHER_GUILD: {
    kind: 'user',
    message: (_: { action: string }) => 'What belongs to another server can’t be seen or changed from here.',
    next: () => 'Run the command in the server it is about.',
  },
  ACTION_NOT_HOME: {
    kind: 'user',
    message: (d: HubHost) =>
      `This hub belongs to the community “${d.community}”, and this server is not one of its own.`,
    next: (d: HubHost) =>
      `If it should be, ask ${hostWords(d)} to run /access home add here; anyone else can host a hub of their own.`,
  },
  ACTION_NOT_CHOSEN: {
    kind: 'user',
    message: (_: HubHost) =>
      'Several servers use this hub and none is its home yet, so only its operators may change what concerns all of them.',
    next: (d: HubHost) => `Ask ${hostWords(d)} to run /access home add in the servers that are home.`,
  },
  ACTION_PERSON_ONLY: {
    kind: 'user',
    message: (_: { action: string }) => 'Only a person can do this, for themselves.',
    next: () => 'Use the command in the server.',
  },
  ACTION_NOT_BY_TOKEN: {
    kind: 'user',
    message: (_: { action: string }) => 'A token may not do this.',
    next: () => 'Use the command in Discord.',
  },
  ACTION_INPUT_INVALID: {
    kind: 'user',
    message: (d: { action: string; problems: string[]; faults: InputFault[] }) =>
      `That can’t be used. ${d.problems.join(' ')}`,
    next: () => 'Correct it and run the command again.',
  },
  ACTION_KEY_REUSED: {
    kind: 'user',
    message: (_: { action: string }) => 'This request’s key was used before for a different request.',
    next: () => 'Use a new key for a new request.',
  },
  ACTION_IN_PROGRESS: {
    kind: 'user',
    message: (_: { action: string }) => 'The same request is still being worked on.',
    next: () => 'Wait a moment, then look at the status.',
  },
  ACTION_SHOWN_ONCE: {
    kind: 'user',
    message: (_: { action: string }) => 'This was done before, and its answer is shown only once.',
    next: () => 'Ask anew if it was missed, and revoke what was made then.',
  },
  ACTION_HUB_STOPPING: {
    kind: 'user',
    message: () => 'The hub is stopping and takes no new work.',
    next: () => 'Try again when it is back.',
  },
});
