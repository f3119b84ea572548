import {
  ChannelType,
  GatewayDispatchEvents as E,
  PermissionFlagsBits as P,
  type RESTPostAPIStageInstanceJSONBody,
  StageInstancePrivacyLevel,
} from 'discord-api-types/v10';
import type { Platform } from '../../platform.ts';
import { refusals } from '../../refusal.ts';
import type { StageRecord } from '../../world/records.ts';
import { type ChannelAccess, channelAccess } from '../access.ts';
import { botRoute, nothing, ok, type Route } from '../route.ts';

const moderator = P.ManageChannels | P.MuteMembers | P.MoveMembers;

export function stageRoutes({ world, snowflakes, announcer }: Platform): Route[] {
  function stageOf(botId: string, channelId: string, needed: bigint): ChannelAccess & { stage: StageRecord } {
    const access = channelAccess(world, botId, channelId, needed);
    const stage = access.guild.stages.get(channelId);
    if (!stage) throw refusals.unknownStageInstance();
    return { ...access, stage };
  }
  return [
    botRoute('POST', '/stage-instances', ({ bot, json }) => {
      const body = json<RESTPostAPIStageInstanceJSONBody>();
      const { guild, channel } = channelAccess(world, bot.id, body.channel_id, moderator);
      if (channel.type !== ChannelType.GuildStageVoice) throw refusals.wrongChannelType();
      if (guild.stages.has(channel.id)) throw refusals.stageAlreadyOpen();
      const stage: StageRecord = {
        id: snowflakes.next(),
        guild_id: guild.id,
        channel_id: channel.id,
        topic: body.topic,
        privacy_level: body.privacy_level ?? StageInstancePrivacyLevel.GuildOnly,
        discoverable_disabled: true,
        guild_scheduled_event_id: body.guild_scheduled_event_id ?? null,
      };
      guild.stages.set(channel.id, stage);
      announcer.stage(E.StageInstanceCreate, stage);
      return ok(stage);
    }),
    botRoute('GET', '/stage-instances/{channel_id}', ({ bot, params }) =>
      ok(stageOf(bot.id, params.channel_id, 0n).stage),
    ),
    botRoute('PATCH', '/stage-instances/{channel_id}', ({ bot, params, json }) => {
      const { stage } = stageOf(bot.id, params.channel_id, moderator);
      const { topic, privacy_level } = json<Partial<RESTPostAPIStageInstanceJSONBody>>();
      if (topic !== undefined) stage.topic = topic;
      if (privacy_level !== undefined) stage.privacy_level = privacy_level;
      announcer.stage(E.StageInstanceUpdate, stage);
      return ok(stage);
    }),
    botRoute('DELETE', '/stage-instances/{channel_id}', ({ bot, params }) => {
      const { guild, stage } = stageOf(bot.id, params.channel_id, moderator);
      guild.stages.delete(params.channel_id);
      announcer.stage(E.StageInstanceDelete, stage);
      return nothing();
    }),
  ];
}
