import type { CommunityOutput, NodeStatus } from '#contracts/actions/node.ts';
import type { CommandContext, View } from '#contracts/command.ts';
import { inert } from '#core/text/inert.ts';
import {
  type Accent,
  ago,
  buttons,
  capped,
  card,
  code,
  count,
  lines,
  refreshButton,
  shortPeerId,
  startButton,
  stopButton,
} from '../layout.ts';

const addressesCap = { countMax: 6, lengthMax: 1_200 };
const communitiesCap = { countMax: 20, lengthMax: 3_500 };

const states: Record<NodeStatus['state'], { accent: Accent; icon: string }> = {
  running: { accent: 'good', icon: '🟢' },
  starting: { accent: 'waiting', icon: '🟡' },
  stopping: { accent: 'waiting', icon: '🟡' },
  stopped: { accent: 'idle', icon: '⚫' },
};

export function statusView(context: CommandContext, status: NodeStatus): View {
  const { accent, icon } = states[status.state];
  const stopped = status.state === 'stopped';
  return card(accent, [
    lines(
      `### ${icon} Node ${status.state}`,
      `**${inert(status.communityName)}**${status.peerId ? ` · ${code(status.peerId)}` : ''}`,
      status.startedAtMs !== undefined && `Started ${ago(status.startedAtMs)}`,
      stopped && 'Start it to find and reach other communities.',
    ),
    ...(stopped ? [] : [reachOf(status)]),
    buttons(refreshButton(context), stopped ? startButton(context) : stopButton(context)),
  ]);
}

function reachOf(status: NodeStatus) {
  const { trustedConnectedCount, trustedCount, discoveredCount, connectionCount, encrypters } = status;
  return lines(
    `**Trusted** ${trustedConnectedCount} of ${trustedCount} connected · **Found** ${discoveredCount}`,
    `**Connections** ${connectionCount}${encrypters.length > 0 ? ` · ${encrypted(encrypters)}` : ''}`,
    status.addresses.length > 0 && '**Addresses**',
    ...capped(status.addresses, addressesCap, (address) => code(address)),
  );
}

/** "tls × 2, noise × 1" */
function encrypted(encrypters: readonly string[]): string {
  const counts = Map.groupBy(encrypters, (name) => name);
  return [...counts].map(([name, all]) => `${inert(name)} × ${all.length}`).join(', ');
}

export function communitiesView({ communities }: { communities: CommunityOutput[] }): View {
  if (communities.length === 0)
    return card('idle', [
      lines(
        '### Communities',
        'None yet.',
        '-# Hubs in the same network find each other; a manager reaches others with `/node connect`.',
      ),
    ]);
  return card('plain', [
    lines(`### ${count(communities.length, 'community', 'communities')}`),
    lines(...capped(communities, communitiesCap, communityLine)),
  ]);
}

/** One community after connect or forget. */
export function communityView(done: 'Connected' | 'Forgotten', community: CommunityOutput): View {
  const accent = done === 'Forgotten' ? 'idle' : community.connected ? 'good' : 'waiting';
  return card(accent, [
    lines(
      `### ${done}`,
      communityLine(community),
      code(community.peerId),
      done === 'Connected' &&
        !community.trusted &&
        `-# Next, if you know its people, a manager types \`/node trust community:${community.peerId}\``,
    ),
  ]);
}

export function communityLine({ name, trusted, connected, peerId }: CommunityOutput): string {
  const facts = [trusted ? 'trusted' : 'not trusted', connected ? 'connected' : 'not connected'].join(', ');
  return `${connected ? '🟢' : '⚪'} **${inert(name)}** · ${facts} · ${code(shortPeerId(peerId))}`;
}
