import type { APIChannel } from 'discord-api-types/v10';
import type { GuildState } from '../../../page-api/protocol.ts';
import { channelTree } from '../../model/channel-tree.ts';
import { Icon } from '../icon.tsx';
import { ChannelRow } from './channel-row.tsx';

export function ChannelList({ guild, openId }: { guild: GuildState; openId: string }) {
  const { loose, categories } = channelTree(guild.channels);
  return (
    <nav class="channels" aria-label={`Channels of ${guild.name}`}>
      <h1 class="guild-name">{guild.name}</h1>
      <div class="channels-scroll">
        <Rows guild={guild} channels={loose} openId={openId} />
        {categories.map(({ category, channels }) => (
          <section key={category.id} aria-label={category.name ?? ''}>
            <h2 class="category-name">
              <Icon name="category" size={12} />
              {category.name}
            </h2>
            <Rows guild={guild} channels={channels} openId={openId} />
          </section>
        ))}
      </div>
    </nav>
  );
}

function Rows({ guild, channels, openId }: { guild: GuildState; channels: APIChannel[]; openId: string }) {
  return (
    <ul class="channel-rows">
      {channels.map((channel) => (
        <ChannelRow key={channel.id} guild={guild} channel={channel} open={channel.id === openId} />
      ))}
    </ul>
  );
}
