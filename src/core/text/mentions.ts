export interface Mention {
  /** `handle`: @name or @name@host as X and Mastodon read it. */
  kind: 'everyone' | 'here' | 'user' | 'role' | 'channel' | 'handle';
  text: string;
  index: number;
}

// The letter before excludes mail addresses.
const mentionPattern =
  /<@&(?<role>\d{1,20})>|<@!?(?<user>\d{1,20})>|<#(?<channel>\d{1,20})>|(?<![\p{L}\p{N}_.@/])@(?<name>[\p{L}\p{N}_]{1,64}(?:[.-][\p{L}\p{N}_]{1,64})*(?:@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){0,8})?)/gu;

/** Everything that some network would treat as a mention, in order: for the warnings of a preview. */
export function findMentions(text: string): Mention[] {
  return [...text.matchAll(mentionPattern)].map((match) => ({
    kind: kindOf(match.groups ?? {}),
    text: match[0],
    index: match.index,
  }));
}

function kindOf(groups: { [name: string]: string | undefined }): Mention['kind'] {
  if (groups.role) return 'role';
  if (groups.user) return 'user';
  if (groups.channel) return 'channel';
  if (groups.name === 'everyone' || groups.name === 'here') return groups.name;
  return 'handle';
}
