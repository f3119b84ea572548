import type { PublisherPlugin } from '#contracts/publisher.ts';
import { type DiscordOptions, discordOptions } from './options.ts';

export const discord: PublisherPlugin<DiscordOptions> = {
  id: 'discord',
  hubsOwn: { address: 'apiUrl', credential: 'botToken' },
  describe: {
    title: 'Discord',
    summary: 'Posts in a channel, publishes an announcement, opens a forum post, or posts by webhook.',
    options: discordOptions,
    kinds: [
      {
        id: 'message',
        title: 'A message in a channel here',
        help: 'Needs nothing but the channel',
        options: { kind: 'message' },
      },
      {
        id: 'announcement',
        title: 'An announcement, for servers that follow it',
        help: 'In an announcement channel; servers that follow it get it, too',
        options: { kind: 'announcement' },
      },
      {
        id: 'forum',
        title: 'A post in a forum here',
        help: 'Each publication opens a post of its own',
        options: { kind: 'forum' },
      },
      {
        id: 'webhook',
        title: 'A message by webhook, here or in another server',
        help: 'Needs the webhook’s address, which is kept like a password',
        options: { kind: 'webhook' },
      },
    ],
    credentials: [
      {
        name: 'botToken',
        label: 'a bot token',
        help: 'Token of the bot that posts; for webhooks only needed to look up whether a lost answer had landed',
      },
      {
        name: 'webhookUrl',
        label: 'a webhook’s address',
        help: 'Address of the webhook, from the channel’s settings, Integrations; whoever has it can post',
        isAddress: true,
      },
    ],
    // A nonce protects the first minutes as well, but webhooks and forum posts have none.
    dedupe: 'look-up',
    settleDelayMs: 5_000,
    patienceMs: 5 * 60_000,
    attemptTimeoutMs: 30_000,
    lateGraceMs: 15 * 60_000,
    costly: false,
  },
  // A message of a webhook belongs to the webhook: a bot only serves to look up whether an attempt without an answer
  // landed.
  needs: ({ kind }) =>
    kind === 'webhook'
      ? [
          { name: 'webhookUrl', required: true },
          { name: 'botToken', required: false },
        ]
      : [{ name: 'botToken', required: true }],
  takesBack: true,
  load: async () => (await import('./publisher.ts')).publisher,
};
