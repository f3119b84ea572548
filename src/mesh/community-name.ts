import { cleanLine } from '#core/text/clean-line.ts';
import { meshLimits } from './limits.ts';

const agentPattern = /^guildmesh\/[^\s()]{1,32} \((.+)\)$/su;

/**
 * The agent text that identify sends to others. The name is a claim: the other side shows it as unverified until it
 * trusts us.
 */
export function userAgentOf(communityName: string, version: string): string {
  return `guildmesh/${version} (${cleanName(communityName) || 'unnamed'})`;
}

/** The name another hub claims; undefined for programs that aren't guildmesh. */
export function claimedNameIn(userAgent: string | undefined): string | undefined {
  const claim = agentPattern.exec((userAgent ?? '').slice(0, 1_024))?.[1];
  return (claim && cleanName(claim)) || undefined;
}

/** One line; `@` would break `id@community`. Empty when nothing visible is left. */
export function cleanName(text: string): string {
  return cleanLine(text.replaceAll('@', ' '), meshLimits.communityNameLengthMax);
}

/** Used as a name where nothing else is known. */
export function shortPeerId(peerId: string): string {
  return peerId.length > 16 ? `…${peerId.slice(-8)}` : peerId;
}
