import type { APIChannel } from 'discord-api-types/v10';
import { channelType, isThread, isVoiceLike } from './discord-types.ts';

export interface ChannelTree {
  /** Channels without a category, first as in Discord. */
  loose: APIChannel[];
  categories: { category: APIChannel; channels: APIChannel[] }[];
}

/** Text before voice, then by position; threads follow the channel they are in. */
export function channelTree(channels: readonly APIChannel[]): ChannelTree {
  const categories = channels.filter(({ type }) => type === channelType.Category).sort(byPlace);
  const categoryIds = new Set(categories.map(({ id }) => id));
  const shown = channels.filter(({ type }) => type !== channelType.Category && !isThread(type)).sort(byPlace);
  const under = (parentId: string | undefined) =>
    shown
      .filter((channel) => inCategory(channel, categoryIds) === parentId)
      .flatMap((channel) => [channel, ...threadsOf(channels, channel)]);
  return {
    loose: under(undefined),
    categories: categories.map((category) => ({ category, channels: under(category.id) })),
  };
}

export function parentIdOf(channel: APIChannel): string | undefined {
  return 'parent_id' in channel ? (channel.parent_id ?? undefined) : undefined;
}

/** A forum lists its own posts, newest first; other channels their threads, oldest first. */
export function postsOf(channels: readonly APIChannel[], forumId: string): APIChannel[] {
  return channels.filter((channel) => parentIdOf(channel) === forumId && isThread(channel.type)).reverse();
}

function threadsOf(channels: readonly APIChannel[], { id, type }: APIChannel): APIChannel[] {
  return type === channelType.Forum ? [] : postsOf(channels, id).reverse();
}

function inCategory(channel: APIChannel, categoryIds: ReadonlySet<string>): string | undefined {
  const parentId = parentIdOf(channel);
  return parentId !== undefined && categoryIds.has(parentId) ? parentId : undefined;
}

function byPlace(a: APIChannel, b: APIChannel): number {
  return Number(isVoiceLike(a.type)) - Number(isVoiceLike(b.type)) || positionOf(a) - positionOf(b);
}

function positionOf(channel: APIChannel): number {
  return 'position' in channel ? (channel.position ?? 0) : 0;
}
