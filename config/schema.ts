/**
 * All options (those of sound in audio-options.ts). Each has a default (or may be absent), its unit in its name, and one
 * sentence. docs/configuration.md is made from them, and a test compares the two.
 */
import { z } from 'zod';
import { Secret } from '#core/secret.ts';
import { plugins } from '#plugins/index.ts';
import { audio, voice } from './audio-options.ts';
import { addressOrNetwork, hostAndPort, httpUrl, integer, multiaddr, path, snowflake } from './fields.ts';
import { optionMeta } from './option-meta.ts';
import { pluginOptions } from './plugin-options.ts';

const community = z.strictObject({
  name: z.string().trim().min(1).max(64).default('My community').register(optionMeta, {
    sentence: 'How other communities see this one; they may give it a name of their own when they trust it.',
  }),
});

const log = z.strictObject({
  level: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info')
    .register(optionMeta, { sentence: 'The least severe log line that is written.' }),
});

const shutdown = z.strictObject({
  drainMs: integer(0, 60_000).default(5_000).register(optionMeta, {
    sentence: 'How long work in hand may go on after the process was told to stop.',
    unit: 'ms',
  }),
});

const process = z.strictObject({
  roles: z.enum(['all', 'publisher']).default('all').register(optionMeta, {
    sentence:
      'What this process does: all, or publisher: only deliver what the hub on the same Postgres has planned, without gateway, node, voice and web.',
  }),
});

const storage = z.strictObject({
  postgresUrl: z
    .instanceof(Secret)
    .refine(
      (secret) => /^postgres(ql)?:\/\/./.test(secret.reveal()),
      'must look like postgres://user@host/database',
    )
    .optional()
    .register(optionMeta, {
      sentence:
        'A Postgres (15 or newer) database that holds everything instead of a file in the state folder; for one hub: a second process of the same Discord application is refused unless it only delivers, and hubs of other applications would share everything in it.',
      secret: true,
    }),
  beginAnew: z.boolean().default(false).register(optionMeta, {
    sentence:
      'For one start: begin with an empty database though the state folder shows that the hub has run before; what it had published, planned and stored is forgotten.',
  }),
});

const discord = z.strictObject({
  token: z.instanceof(Secret).optional().register(optionMeta, {
    sentence: 'The bot token; without one the hub runs against the local playground.',
    secret: true,
    envAlias: 'DISCORD_TOKEN',
  }),
  apiUrl: httpUrl.default('https://discord.com/api').register(optionMeta, {
    sentence: 'Base address of the Discord REST API; the gateway address comes from there.',
  }),
  guildIds: z.array(snowflake).max(1_000).default([]).register(optionMeta, {
    sentence:
      'The home guilds of this hub, the only ones it serves; empty means those that an operator chose with /access home add.',
  }),
  commandScope: z.enum(['guild', 'global']).default('guild').register(optionMeta, {
    sentence: 'Whether commands are deployed to each guild (seen at once) or globally.',
  }),
  leaveOtherGuilds: z.boolean().default(false).register(optionMeta, {
    sentence:
      'Whether the bot leaves guilds that are not home, at start and when it is invited; never while it is in no home guild.',
  }),
});

const mesh = z.strictObject({
  autostart: z.boolean().default(false).register(optionMeta, {
    sentence: 'Whether the libp2p node starts with the hub, also where nobody said /node start.',
  }),
  listen: z.array(multiaddr).max(16).default(['/ip4/0.0.0.0/tcp/4180']).register(optionMeta, {
    sentence: 'The addresses the libp2p node listens on; port 0 takes a free one.',
  }),
  announce: z.array(multiaddr).max(16).default([]).register(optionMeta, {
    sentence: 'The addresses told to others besides the listening ones, for a host behind a router.',
  }),
  bootstrap: z.array(multiaddr).max(64).default([]).register(optionMeta, {
    sentence: 'Peers dialled at start and redialled while unreachable, each with its /p2p/ peer id.',
  }),
  mdns: z.boolean().default(true).register(optionMeta, {
    sentence: 'Whether other hubs in the local network are found by multicast DNS.',
  }),
  mdnsGroup: z
    .string()
    .regex(/^[a-z0-9]{1,32}$/, 'must be 1 to 32 lower-case letters and digits')
    .optional()
    .register(optionMeta, {
      sentence:
        'A word of your choice: only hubs with the same one, or none, find each other by multicast DNS.',
    }),
  lan: z.boolean().optional().register(optionMeta, {
    sentence:
      'Whether private addresses that strangers name are dialled; absent means where a listening address is private.',
  }),
  dhtServer: z.boolean().default(false).register(optionMeta, {
    sentence: 'Whether this node answers look-ups of others; only useful when it is publicly reachable.',
  }),
  connectionsMax: integer(1, 10_000).default(300).register(optionMeta, {
    sentence: 'How many connections the node holds at most.',
    unit: 'connections',
  }),
  untrustedConnectionsMax: integer(0, 10_000).default(32).register(optionMeta, {
    sentence: 'How many of them may be with peers that are not trusted.',
    unit: 'connections',
  }),
  inboundConnectionsPerSecondMax: integer(1, 10_000).default(50).register(optionMeta, {
    sentence: 'How many inbound connections one host may open per second.',
    unit: 'connections/s',
  }),
  redialMs: integer(100, 3_600_000).default(10_000).register(optionMeta, {
    sentence: 'The longest wait before a trusted or bootstrap peer that is not connected is dialled again.',
    unit: 'ms',
  }),
  rebroadcastMax: integer(0, 64).default(0).register(optionMeta, {
    sentence:
      'How many communities this hub feeds with broadcasts of others that it relays itself, when their own hub is crowded; 0 feeds none.',
    unit: 'subscriptions',
  }),
});

const artifacts = z.strictObject({
  dir: path.optional().register(optionMeta, {
    sentence:
      'The folder of the artifacts’ bytes; to be set, and shared, where hubs of several applications use one database; absent means one in the state folder.',
  }),
  artifactBytesMax: integer(1, 2 ** 40)
    .default(4 * 1024 ** 3)
    .register(optionMeta, { sentence: 'How large one artifact may be.', unit: 'bytes' }),
  guildBytesMax: integer(1, 2 ** 44)
    .default(20 * 1024 ** 3)
    .register(optionMeta, {
      sentence: 'How much one guild may keep; bytes that two guilds put count for both.',
      unit: 'bytes',
    }),
  totalBytesMax: integer(1, 2 ** 44)
    .default(50 * 1024 ** 3)
    .register(optionMeta, { sentence: 'How much all artifacts may take on the disk.', unit: 'bytes' }),
  countMax: integer(1, 1_000_000).default(100_000).register(optionMeta, {
    sentence: 'How many artifacts there may be.',
    unit: 'artifacts',
  }),
  freeBytesMin: integer(0, 2 ** 40)
    .default(64 * 1024 ** 2)
    .register(optionMeta, {
      sentence: 'How much of the disk artifacts leave free for the database and everything else.',
      unit: 'bytes',
    }),
  retentionDays: integer(0, 36_500).default(90).register(optionMeta, {
    sentence:
      'How long an artifact is kept after it was put last; longer while an open delivery needs it; 0 means for ever.',
    unit: 'days',
  }),
  watchDir: path.optional().register(optionMeta, {
    sentence:
      'A folder whose finished files are taken in as artifacts and moved to its done or failed folder.',
  }),
  watchStableMs: integer(100, 3_600_000).default(5_000).register(optionMeta, {
    sentence: 'How long a file in the watched folder must not have changed before it is taken in.',
    unit: 'ms',
  }),
  watchGuildId: snowflake.optional().register(optionMeta, {
    sentence: 'The guild that files of the watched folder belong to; absent means all home guilds.',
  }),
});

const web = z.strictObject({
  listen: hostAndPort.optional().register(optionMeta, {
    sentence:
      'The host and port the HTTP door listens on, such as localhost:4281; absent means it is closed; port 0 takes a free one.',
  }),
  publicUrl: httpUrl.optional().register(optionMeta, {
    sentence: 'The address people reach the HTTP door at, through a reverse proxy that speaks https.',
  }),
  exposed: z.boolean().default(false).register(optionMeta, {
    sentence:
      'Whether the HTTP door may listen on an address that other machines reach; needs a public address with https too.',
  }),
  allowedHosts: z.array(hostAndPort).max(64).default([]).register(optionMeta, {
    sentence:
      'Further Host headers the HTTP door answers to, besides its own and that of its public address.',
  }),
  trustedProxies: z.array(addressOrNetwork).max(64).default([]).register(optionMeta, {
    sentence:
      'Reverse proxies, by address or network, whose X-Forwarded headers say who asks, under which host and by which scheme.',
  }),
  uploadTimeoutMs: integer(1_000, 86_400_000).default(3_600_000).register(optionMeta, {
    sentence: 'How long one upload may take from its first byte to its last.',
    unit: 'ms',
  }),
});

const player = z.strictObject({
  uploadBytesMax: integer(0, 2 ** 44)
    .default(2 * 1024 ** 3)
    .register(optionMeta, {
      sentence:
        'How much of what people gave to a player one guild may keep, a tenth of it from one person; 0 takes none.',
      unit: 'bytes',
    }),
});

const loopbackNames = ['127.0.0.1', 'localhost', '[::1]'];

const playground = z.strictObject({
  port: integer(0, 65_535).default(4_280).register(optionMeta, {
    sentence: 'Where the local playground’s page is served, on this machine only; 0 takes a free port.',
    unit: 'TCP port',
  }),
  elsewherePort: integer(0, 65_535).optional().register(optionMeta, {
    sentence:
      'Where the stand-ins that the playground publishes to are served, on this machine only; 0 takes a free port; absent means two above the playground’s, or a free one where that is taken.',
    unit: 'TCP port',
  }),
  tokensUrl: httpUrl
    .refine((url) => loopbackNames.includes(new URL(url).hostname), 'must be an address of this machine')
    .optional()
    .register(optionMeta, {
      sentence:
        'Where stand-ins on this machine give out tokens, for a button on the page of a place that publishes to them; the playground sets it for its hubs.',
    }),
});

const chains = z.strictObject({
  triggeredPerHourMax: integer(1, 1_000).default(10).register(optionMeta, {
    sentence:
      'How many times an hour news of others (releases, entries of feeds) may start one chain; what is above it is reported and starts nothing.',
    unit: 'runs/h',
  }),
  allowedPrivateHosts: z.array(hostAndPort).max(64).default([]).register(optionMeta, {
    sentence: 'Hosts (or host:port) with a non-public address that feeds may be read from all the same.',
  }),
});

const vault = z.strictObject({
  key: z.instanceof(Secret).optional().register(optionMeta, {
    sentence:
      'The key that seals stored credentials: 32 bytes in hex or base64; absent means one is made and kept in the state folder.',
    secret: true,
  }),
  previousKey: z.instanceof(Secret).optional().register(optionMeta, {
    sentence: 'The key to change from: set it beside the new one for one start.',
    secret: true,
  }),
});

export const configSchema = z.strictObject({
  stateDir: path.optional().register(optionMeta, {
    sentence:
      'The folder of everything that must survive: database, node key; absent means the usual place of the platform.',
  }),
  operators: z.array(snowflake).max(100).default([]).register(optionMeta, {
    sentence:
      'Discord user ids of people who host this hub, besides the owner or team of its Discord application.',
  }),
  community: community.prefault({}),
  log: log.prefault({}),
  shutdown: shutdown.prefault({}),
  process: process.prefault({}),
  storage: storage.prefault({}),
  discord: discord.prefault({}),
  mesh: mesh.prefault({}),
  audio: audio.prefault({}),
  voice: voice.prefault({}),
  player: player.prefault({}),
  artifacts: artifacts.prefault({}),
  web: web.prefault({}),
  chains: chains.prefault({}),
  playground: playground.prefault({}),
  vault: vault.prefault({}),
  plugins: pluginOptions(plugins).prefault({}),
});
