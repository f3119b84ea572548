import type { Asked } from '../compliance/fake-platform.ts';
import { discordAccounts } from './accounts-discord.ts';
import { githubAccounts } from './accounts-github.ts';
import { xAccounts } from './accounts-x.ts';
import { type Accounts, operationsIn } from './documented-refusals.ts';

/** Accounts of the plugins whose platforms have an official description. */
export const accountsOf: Readonly<Record<string, Accounts>> = {
  discord: discordAccounts,
  github: githubAccounts,
  x: xAccounts,
};

/** What was asked and stands in no list of the plugin's operations; empty where it has none. */
export function unlisted(id: string, requests: readonly Asked[]): string[] {
  const accounts = accountsOf[id];
  if (!accounts) return [];
  return [...operationsIn(accounts, requests)].filter((operation) => operation.startsWith('unknown'));
}
