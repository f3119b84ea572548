/** The hub's voice engine with its workers, fed as a broadcast feeds it: one ffmpeg, demuxed and paced here. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { Pacer } from '#audio/flow/pacer.ts';
import { delayRangeOf } from '#audio/jitter/profiles.ts';
import { OggOpusDemuxer } from '#audio/ogg/demuxer.ts';
import { ffmpegArguments } from '#audio/source/ffmpeg/arguments.ts';
import { createVoiceEngine } from '#audio/voice/voice-engine.ts';
import type { VoiceStream } from '#audio/voice-contract.ts';
import type { GuildDirectory, VoiceGateway } from '#contracts/discord.ts';
import { systemChance, systemClock } from '#core/clock.ts';
import { isGuildmeshError } from '#core/errors.ts';
import { silentLogger } from '#core/logger.ts';
import { botUserId, channelOf, guildAt } from '../places.ts';
import { order, serve, until } from './sender.ts';

const clock = systemClock();
const gateway: VoiceGateway = {
  attach: (guildId, listener) => ({
    send: ({ channel_id }) => {
      setImmediate(() => {
        const state = { guild_id: guildId, channel_id, user_id: botUserId, session_id: guildId };
        listener.voiceState(state as never);
        if (channel_id === null) return;
        const token = order.dave ? 'dave' : 'plain';
        listener.voiceServer({ guild_id: guildId, endpoint: order.endpoint, token });
      });
      return true;
    },
    detach: () => {},
  }),
};
const guilds = { voiceChannel: () => undefined, botUserId: () => botUserId } as unknown as GuildDirectory;
const engine = createVoiceEngine(
  { gateway, guilds, clock, chance: systemChance(), logger: silentLogger() },
  {
    delay: delayRangeOf('music'),
    ...{ joinTimeoutMs: 60_000, secureTimeoutMs: 60_000, rejoinsMax: 5 },
    // The local Discord takes as many joins as come.
    joinsPerMinuteMax: 1_000_000,
  },
);
const stream = engine.openStream('programme');
void ingest(stream);

await serve(async (index) => {
  const guildId = guildAt(index);
  // A stage may go without end-to-end encryption, and uses it where there is some.
  const kind = order.dave ? 'voice' : 'stage';
  const request = { guildId, channelId: channelOf(guildId), streamKey: stream.key, kind } as const;
  const session = await engine.join(request, AbortSignal.timeout(60_000)).catch((error: unknown) => {
    // Refusing is what an overloaded engine is to do: the channel shows as silent.
    if (isGuildmeshError(error) && error.code === 'VOICE_OVERLOADED') return undefined;
    throw error;
  });
  if (session) await until(() => ['playing', 'parked'].includes(session.status().state));
});

async function ingest(to: VoiceStream): Promise<void> {
  const signal = new AbortController().signal;
  const pacer = new Pacer(clock);
  for (let streamId = 1, sequence = 0; ; streamId++, sequence = 0) {
    const child = spawn(order.ffmpegPath, ffmpegArguments({ bitrateKbps: 96 }, 'any'), {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    createReadStream(order.mediaPath).pipe(child.stdin);
    const demuxer = new OggOpusDemuxer();
    for await (const chunk of child.stdout) {
      const packets: Uint8Array[] = [];
      demuxer.push(chunk, (event) => {
        if (event.kind === 'packet') packets.push(event.payload);
      });
      for (const payload of packets) {
        await pacer.next(signal);
        to.frame({ streamId, sequence: sequence++, captureTimeMs: clock.nowMs(), payload });
      }
    }
    await once(child, 'exit');
  }
}
