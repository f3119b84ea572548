import { readFileSync } from 'node:fs';
import { PermissionFlagsBits } from 'discord-api-types/v10';
import { expect, test } from 'vitest';
import { inviteLink, invitePermissions, optionalPermissions } from '#discord/invite-link.ts';

test('the invite link asks for what archives of threads and looking up posts need', () => {
  const asked = BigInt(new URL(inviteLink('1')).searchParams.get('permissions') ?? '0');
  expect(asked & PermissionFlagsBits.ReadMessageHistory).toBe(PermissionFlagsBits.ReadMessageHistory);
  // `/doctor` names the same list, each with its reason.
  expect(invitePermissions.find(({ name }) => name === 'Read Message History')?.reason).toContain('threads');
});

test('it asks for nothing that rules over others', () => {
  const asked = BigInt(new URL(inviteLink('1')).searchParams.get('permissions') ?? '0');
  const { Administrator, ManageGuild, ManageRoles, MentionEveryone } = PermissionFlagsBits;
  for (const bit of [Administrator, ManageGuild, ManageRoles, MentionEveryone]) expect(asked & bit).toBe(0n);
});

test('the README’s link asks for the same', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const [, given] = /&permissions=(\d+)/.exec(readme) ?? [];
  expect(given).toBe(new URL(inviteLink('1')).searchParams.get('permissions'));
});

test('docs/errors/discord.md lists all that the link asks for, and nothing else', () => {
  const text = readFileSync(new URL('../../docs/errors/discord.md', import.meta.url), 'utf8');
  const [, section = ''] = /### DISCORD_NOT_INVITED\n([^#]+)/.exec(text) ?? [];
  const words = section.replace(/\s+/g, ' ');
  const [, needed = '', optional = ''] = /Needed are (.+?); without (.+?) only what/.exec(words) ?? [];
  const listed = (list: string) => list.split(/, | and /).sort();
  expect(listed(needed)).toEqual(invitePermissions.map(({ name }) => name).sort());
  expect(listed(optional)).toEqual(optionalPermissions.map(({ name }) => name).sort());
});
