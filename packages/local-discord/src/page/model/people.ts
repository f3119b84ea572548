import type { APIGuildMember, APIRole, APIUser } from 'discord-api-types/v10';

export function memberName({ nick, user }: Pick<APIGuildMember, 'nick' | 'user'>): string {
  return nick ?? userName(user);
}

export function userName(user: Pick<APIUser, 'global_name' | 'username'>): string {
  return user.global_name ?? user.username;
}

export function initialsOf(name: string): string {
  const words = name.split(/[\s_-]+/).filter((word) => word !== '');
  const letters = words.length > 1 ? words.slice(0, 2).map((word) => [...word][0]) : [...name].slice(0, 2);
  return letters.join('').toUpperCase();
}

/** 0…359, always the same for one id. */
export function hueOf(id: string): number {
  let hash = 7;
  for (const character of id) hash = (hash * 31 + character.charCodeAt(0)) % 360_007;
  return (hash * 47) % 360;
}

/** The member's roles, highest first. */
export function rolesOf(member: Pick<APIGuildMember, 'roles'>, roles: readonly APIRole[]): APIRole[] {
  return roles.filter(({ id }) => member.roles.includes(id)).sort((a, b) => b.position - a.position);
}

/** Colour of the highest role that has one; 0 for none, as Discord writes it. */
export function nameColour(
  member: Pick<APIGuildMember, 'roles'> | undefined,
  roles: readonly APIRole[],
): number {
  return (member && rolesOf(member, roles).find(({ color }) => color !== 0)?.color) ?? 0;
}

export function colourText(colour: number): string {
  return `#${colour.toString(16).padStart(6, '0')}`;
}
