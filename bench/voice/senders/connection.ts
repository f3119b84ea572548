import {
  joinVoiceChannel,
  NetworkingStatusCode,
  type VoiceConnection,
  VoiceConnectionStatus,
} from '@discordjs/voice';
import { channelOf, guildAt } from '../places.ts';
import { adapterCreator } from './gateway.ts';
import { order, until } from './sender.ts';

/** A library connection that is ready to carry encrypted audio. */
export async function connect(index: number): Promise<VoiceConnection> {
  const guildId = guildAt(index);
  const connection = joinVoiceChannel({
    guildId,
    channelId: channelOf(guildId),
    adapterCreator: adapterCreator(guildId),
  });
  connection.on('error', (error) => process.stderr.write(`${error.message}\n`));
  await until(() => isReady(connection));
  return connection;
}

export function sessionOf(connection: VoiceConnection) {
  const { state } = connection;
  if (state.status !== VoiceConnectionStatus.Ready) return undefined;
  const { networking } = state;
  return networking.state.code === NetworkingStatusCode.Ready
    ? { networking, ...networking.state }
    : undefined;
}

function isReady(connection: VoiceConnection): boolean {
  const session = sessionOf(connection);
  return session !== undefined && (!order.dave || session.dave?.session?.ready === true);
}
