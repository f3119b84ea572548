import { Events, PermissionFlagsBits as P } from 'discord.js';
import { expect, test } from 'vitest';
import { RestChannelStatus } from '#discord/voice/channel-status.ts';
import { eventually, useHarness } from '../local-discord/support/harness.ts';
import { ids, smallWorld, smallWorldPermissions } from '../local-discord/support/small-world.ts';

const harness = useHarness({ seed: smallWorld(smallWorldPermissions | P.SetVoiceChannelStatus) });

function board(): RestChannelStatus {
  return new RestChannelStatus({ client: harness.client, rest: harness.client.rest });
}

function heardStatuses(): unknown[] {
  const statuses: unknown[] = [];
  harness.client.on(Events.Raw as never, ({ t, d }: { t: string; d: { id: string; status: unknown } }) => {
    if (t === 'VOICE_CHANNEL_STATUS_UPDATE') statuses.push([d.id, d.status]);
  });
  return statuses;
}

async function enter(channelId: string): Promise<void> {
  const guild = harness.client.guilds.cache.get(ids.guild)!;
  const d = { guild_id: ids.guild, channel_id: channelId, self_mute: false, self_deaf: true };
  guild.shard.send({ op: 4, d });
  await eventually(() => guild.members.me?.voice.channelId === channelId);
}

test('what plays shows below the name of the channel that the bot is in, cut to size, and goes again', async () => {
  const statuses = heardStatuses();
  await enter(ids.voice);
  await board().setStatus(ids.guild, ids.voice, 'Evening radio');
  await board().setStatus(ids.guild, ids.voice, 'x'.repeat(600));
  await board().setStatus(ids.guild, ids.voice, undefined);
  await eventually(() => statuses.length === 3);
  expect([statuses[0], statuses[2]]).toEqual([
    [ids.voice, 'Evening radio'],
    [ids.voice, null],
  ]);
});

test('from outside, on a stage and without the permission nothing is asked for', async () => {
  const statuses = heardStatuses();
  await enter(ids.stage);
  await board().setStatus(ids.guild, ids.voice, 'from outside');
  await board().setStatus(ids.guild, ids.stage, 'on a stage');
  await enter(ids.voice);
  harness.playground.faults.setOverwrite(ids.voice, {
    id: ids.bot,
    type: 1,
    allow: 0n,
    deny: P.SetVoiceChannelStatus,
  });
  const channel = harness.client.guilds.cache.get(ids.guild)?.channels.cache.get(ids.voice);
  await eventually(() => channel?.permissionsFor(ids.bot)?.has(P.SetVoiceChannelStatus) === false);
  // Asked for in vain, it would be refused: this rejects then.
  await board().setStatus(ids.guild, ids.voice, 'not allowed');
  expect(statuses).toEqual([]);
});
