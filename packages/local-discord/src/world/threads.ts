import {
  ChannelType,
  GatewayDispatchEvents,
  type RESTPatchAPIChannelJSONBody,
  ThreadAutoArchiveDuration,
} from 'discord-api-types/v10';
import type { Announcer } from '../announcer.ts';
import { invalidForm, refusals } from '../refusal.ts';
import type { ChannelRecord, GuildRecord } from './records.ts';
import { makeChannel } from './seed.ts';
import type { Snowflakes } from './snowflakes.ts';

const appliedTagsMax = 5;

export interface ThreadPlan {
  name: string;
  ownerId: string;
  autoArchiveMinutes?: ThreadAutoArchiveDuration | undefined;
  invitable?: boolean | undefined;
  appliedTags?: string[];
  /** Whether tags for moderators may be among them; absent: yes. */
  mayModerate?: boolean;
}

interface ThreadComponents {
  snowflakes: Snowflakes;
  announcer: Announcer;
}

/** A thread of a message has the message's id. */
export function createThread(
  { snowflakes, announcer }: ThreadComponents,
  guild: GuildRecord,
  parent: ChannelRecord,
  plan: ThreadPlan & { type: ChannelType; id?: string },
): ChannelRecord {
  const now = new Date().toISOString();
  const base = makeChannel(
    guild.id,
    { id: plan.id ?? snowflakes.next(), name: plan.name, type: ChannelType.GuildText },
    0,
  );
  const thread: ChannelRecord = {
    ...base,
    type: plan.type,
    parentId: parent.id,
    thread: {
      ownerId: plan.ownerId,
      archived: false,
      archiveTimestamp: now,
      createTimestamp: now,
      autoArchiveMinutes: plan.autoArchiveMinutes ?? ThreadAutoArchiveDuration.ThreeDays,
      locked: false,
      invitable: plan.invitable ?? true,
      messageCount: 0,
      appliedTags: plan.appliedTags ?? [],
      members: new Map([[plan.ownerId, now]]),
    },
  };
  guild.channels.set(thread.id, thread);
  announcer.thread(GatewayDispatchEvents.ThreadCreate, thread);
  return thread;
}

/** Its first message is posted by the caller. */
export function createForumPost(
  components: ThreadComponents,
  guild: GuildRecord,
  forum: ChannelRecord,
  plan: ThreadPlan,
): ChannelRecord {
  const tags = plan.appliedTags ?? [];
  if (forum.requiresTag && tags.length === 0) throw refusals.tagRequired();
  const known = tags.every((id) => forum.tags.some((tag) => tag.id === id));
  if (!known || tags.length > appliedTagsMax) {
    throw invalidForm('applied_tags', 'FORUM_TAGS_INVALID', 'At most 5 tags, each one of the forum.');
  }
  const isModerated = forum.tags.some(({ id, moderated }) => moderated && tags.includes(id));
  if (isModerated && plan.mayModerate === false) throw refusals.missingPermissions();
  return createThread(components, guild, forum, { ...plan, type: ChannelType.PublicThread });
}

/** Its owner may rename, archive and wake it; locking is a moderator's. */
export function changeThread(
  { announcer }: Pick<ThreadComponents, 'announcer'>,
  channel: ChannelRecord,
  body: RESTPatchAPIChannelJSONBody,
  mayManage: boolean,
): void {
  const { thread } = channel;
  if (!thread) return;
  if ((body.locked !== undefined || thread.locked) && !mayManage) throw refusals.missingPermissions();
  if (thread.archived && body.archived !== false) throw refusals.threadArchived();
  if (body.name !== undefined) channel.name = body.name;
  if (body.archived !== undefined) {
    thread.archived = body.archived;
    thread.archiveTimestamp = new Date().toISOString();
  }
  if (body.locked !== undefined) thread.locked = body.locked;
  if (body.invitable !== undefined) thread.invitable = body.invitable;
  if (body.auto_archive_duration) thread.autoArchiveMinutes = body.auto_archive_duration;
  if (body.applied_tags) thread.appliedTags = body.applied_tags;
  announcer.thread(GatewayDispatchEvents.ThreadUpdate, channel);
}
