import type { Finding } from '#contracts/diagnosis.ts';
import type { VoiceChannelView } from '#contracts/discord.ts';

const needed = [
  { key: 'connect', name: 'Connect', lost: 'can’t join' },
  { key: 'speak', name: 'Speak', lost: 'can’t be heard in' },
] as const;

/** What prevents the bot from being heard in one voice or stage channel. */
export function examineChannel(channel: VoiceChannelView | undefined): Finding[] {
  if (!channel) {
    const text = 'That is not a voice or stage channel the bot can see.';
    return [
      {
        id: 'channel.known',
        level: 'problem',
        text,
        fix: 'Choose a voice or stage channel, and give the bot View Channel there.',
      },
    ];
  }
  if (!channel.permissions.view) {
    const fix =
      'Edit the channel → Permissions → add the bot’s role → allow View Channel, Connect and Speak.';
    return [{ id: 'channel.known', level: 'problem', text: `The bot can’t see <#${channel.id}>.`, fix }];
  }
  const permissions = needed.map(({ key, name, lost }): Finding => {
    const id = `permission.${key}`;
    // In a stage nobody needs Speak: people on the stage are heard.
    if (channel.permissions[key] || (key === 'speak' && channel.kind === 'stage'))
      return { id, level: 'ok', text: `${name} in ${channel.name}.` };
    const fix = `Edit the channel → Permissions → add the bot’s role → allow ${name}.`;
    return { id, level: 'problem', text: `The bot ${lost} ${channel.name}: it lacks ${name}.`, fix };
  });
  return [...permissions, ...roomIn(channel), ...(channel.kind === 'stage' ? stageOf(channel) : [])];
}

function roomIn({ name, userLimit, memberCount, botInside, permissions }: VoiceChannelView): Finding[] {
  if (userLimit === 0 || botInside || permissions.moveMembers) return [];
  const text = `${memberCount} of ${userLimit} places in ${name} are taken.`;
  if (memberCount < userLimit) return [{ id: 'channel.room', level: 'ok', text }];
  // Discord sends no event at all when a bot tries to join a full channel.
  const fix = 'Raise the channel’s user limit, or give the bot Move Members there.';
  return [{ id: 'channel.room', level: 'problem', text, fix }];
}

function stageOf({ name, permissions, botInside, botSuppressed }: VoiceChannelView): Finding[] {
  const id = 'stage.speaker';
  if (botInside && !botSuppressed) return [{ id, level: 'ok', text: `The bot is a speaker on ${name}.` }];
  if (permissions.muteMembers)
    return [{ id, level: 'ok', text: `The bot can make itself a speaker on ${name}.` }];
  if (permissions.requestToSpeak) {
    const fix = 'Accept its raised hand when it joins, or give it Mute Members there.';
    return [{ id, level: 'warning', text: `On ${name} the bot can only raise its hand.`, fix }];
  }
  const text = `On the stage ${name} the bot can neither speak nor raise its hand.`;
  return [
    {
      id,
      level: 'problem',
      text,
      fix: 'Give it Request to Speak, or Mute Members to speak without being asked.',
    },
  ];
}
