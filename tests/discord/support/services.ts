import type { z } from 'zod';
import { createPerform } from '#access/perform.ts';
import { type ActionSpec, type AnyAction, implement, type Perform } from '#contracts/action.ts';
import type { ActionLedger, KeyClaim } from '#contracts/action-ledger.ts';
import { accessGrant, accessList, accessRevoke } from '#contracts/actions/access.ts';
import * as alertActions from '#contracts/actions/alerts.ts';
import * as artifactActions from '#contracts/actions/artifacts.ts';
import { auditList } from '#contracts/actions/audit.ts';
import * as broadcastActions from '#contracts/actions/broadcast.ts';
import * as chainActions from '#contracts/actions/chains.ts';
import * as consentActions from '#contracts/actions/consent.ts';
import { doctorRun } from '#contracts/actions/doctor.ts';
import * as guildActions from '#contracts/actions/guild-settings.ts';
import * as homeActions from '#contracts/actions/home.ts';
import {
  nodeConnect,
  nodeForget,
  nodePeers,
  nodeStart,
  nodeStatus,
  nodeStop,
  nodeTrust,
} from '#contracts/actions/node.ts';
import * as placeActions from '#contracts/actions/places.ts';
import * as playerActions from '#contracts/actions/player.ts';
import * as lookingActions from '#contracts/actions/player-looking.ts';
import * as sharingActions from '#contracts/actions/player-sharing.ts';
import * as publishActions from '#contracts/actions/publish.ts';
import * as recordingActions from '#contracts/actions/recording.ts';
import {
  relayChime,
  relayConfigure,
  relayNext,
  relayStart,
  relayStatus,
  relayStop,
  relayVolume,
} from '#contracts/actions/relay.ts';
import * as schedulingActions from '#contracts/actions/scheduling.ts';
import * as targetActions from '#contracts/actions/targets.ts';
import * as tokenActions from '#contracts/actions/tokens.ts';
import type { Actor, Role } from '#contracts/actor.ts';
import type { AuditRow } from '#contracts/audit.ts';
import { systemClock } from '#core/clock.ts';
import { silentLogger } from '#core/logger.ts';
import { homeEverywhere } from '../../support/standings.ts';
import { settingsAnswers } from './guild-settings.ts';
import { planningAnswers } from './planning.ts';
import { PlayerFake, playerAnswers } from './player.ts';
import { PublishingFake, publishingAnswers } from './publishing.ts';
import { discordRoles, elsewhere, home } from './seed.ts';

/** Everything the commands can ask for. */
export const specs: readonly ActionSpec[] = [
  ...specsOf(artifactActions),
  ...specsOf(alertActions),
  ...specsOf(targetActions),
  ...specsOf(placeActions),
  ...specsOf(publishActions),
  ...specsOf(schedulingActions),
  ...specsOf(chainActions),
  ...specsOf(tokenActions),
  ...specsOf(recordingActions),
  ...specsOf(consentActions),
  ...specsOf(broadcastActions),
  ...specsOf(homeActions),
  ...specsOf(playerActions),
  ...specsOf(lookingActions),
  ...specsOf(sharingActions),
  ...specsOf(guildActions),
  nodeStart,
  nodeStop,
  nodeStatus,
  nodePeers,
  nodeConnect,
  nodeTrust,
  nodeForget,
  relayStart,
  relayStop,
  relayStatus,
  relayNext,
  relayVolume,
  relayChime,
  relayConfigure,
  accessList,
  accessGrant,
  accessRevoke,
  auditList,
  doctorRun,
];

/** The specifications among what a contract exports. */
function specsOf(contract: Record<string, unknown>): ActionSpec[] {
  return Object.values(contract).filter(
    (value): value is ActionSpec => typeof value === 'object' && value !== null && 'effect' in value,
  );
}

export interface Run {
  action: string;
  actor: Actor;
  input: Record<string, unknown>;
}

const grants = [{ guildId: home, discordRoleId: discordRoles.publishers, role: 'publisher' }];

type Answers = Record<string, (input: never, signal: AbortSignal) => unknown>;

/** Small services behind the real `perform`: they remember what ran and answer plausibly, or as a test says. */
export class Services {
  readonly runs: Run[] = [];
  readonly audit: AuditRow[] = [];
  readonly publishing = new PublishingFake();
  readonly player = new PlayerFake();
  readonly answers: Answers = {
    ...plausible(),
    ...publishingAnswers(this.publishing),
    ...planningAnswers(),
    ...playerAnswers(this.player, () => this.#asker()),
    'access.list': () => ({ grants, yourRole: this.#askersRole() }),
    ...settingsAnswers(),
  };
  /** By Discord's own facts, at home alone. */
  roleOf: (actor: Actor) => Role | undefined = roleOf;
  readonly perform: Perform;
  readonly stopping = new AbortController();

  constructor() {
    this.perform = createPerform({
      actions: specs.map((spec) => this.#action(spec)),
      standings: homeEverywhere,
      roles: { roleOf: async (actor) => this.roleOf(actor) },
      ledger: new MemoryLedger(this.audit),
      clock: systemClock(),
      logger: silentLogger(),
      stopping: this.stopping.signal,
    });
  }

  /** How often an action ran. */
  countOf(spec: ActionSpec): number {
    return this.runs.filter(({ action }) => action === spec.name).length;
  }

  #askersRole(): Role | undefined {
    const actor = this.runs.at(-1)?.actor;
    return actor && this.roleOf(actor);
  }

  #asker(): string {
    const actor = this.runs.at(-1)?.actor;
    return actor?.kind === 'guild-member' ? actor.userId : '';
  }

  #action(spec: ActionSpec): AnyAction {
    return implement(spec, async ({ actor, signal }, input) => {
      this.runs.push({ action: spec.name, actor, input: input as Record<string, unknown> });
      return this.answers[spec.name]?.(input as never, signal) as z.input<z.ZodType>;
    });
  }
}

function roleOf(actor: Actor): Role | undefined {
  if (actor.kind === 'system') return 'owner';
  if (actor.kind !== 'guild-member' || actor.guildId !== home) return undefined;
  if (actor.isGuildOwner) return 'owner';
  if (actor.hasManageGuild) return 'manager';
  if (actor.roleIds.includes(discordRoles.publishers)) return 'publisher';
  return actor.roleIds.includes(discordRoles.djs) ? 'dj' : 'member';
}

class MemoryLedger implements ActionLedger {
  readonly #keys = new Map<string, { fingerprint: string; answer?: unknown; done: boolean }>();
  readonly #audit: AuditRow[];

  constructor(audit: AuditRow[]) {
    this.#audit = audit;
  }

  async claim(key: string, fingerprint: string): Promise<KeyClaim> {
    const known = this.#keys.get(key);
    if (known && known.fingerprint !== fingerprint) return { state: 'mismatch' };
    if (known) return known.done ? { state: 'done', answer: known.answer } : { state: 'running' };
    this.#keys.set(key, { fingerprint, done: false });
    return { state: 'fresh' };
  }

  async settle(key: string | undefined, answer: unknown, row: AuditRow): Promise<void> {
    const known = key === undefined ? undefined : this.#keys.get(key);
    if (known) Object.assign(known, { answer, done: true });
    this.#audit.push(row);
  }

  async fail(key: string | undefined, row: AuditRow): Promise<void> {
    if (key !== undefined) this.#keys.delete(key);
    this.#audit.push(row);
  }
}

export const southPeerId = '12D3KooWSouthSouthSouthSouthSouthSouthSouthSouthSouth';

function plausible(): Answers {
  const south = { peerId: southPeerId, name: 'South', trusted: true, connected: true, addresses: [] };
  const east = { peerId: '12D3KooWEast', name: 'East', trusted: false, connected: false, addresses: [] };
  const node = (state: string) => () => ({
    state,
    peerId: '12D3KooWNorth',
    communityName: 'North',
    addresses: ['/ip4/127.0.0.1/tcp/4001'],
    startedAtMs: 1_760_000_000_000,
    connectionCount: 1,
    trustedConnectedCount: 1,
    trustedCount: 2,
    discoveredCount: 3,
    encrypters: ['tls', 'noise', 'tls'],
  });
  const live = { startedAtMs: 1_760_000_000_000, framesSent: 500, subscriberCount: 2, state: 'live' };
  const own = {
    id: 'abc',
    guildId: '300000000000000001',
    ...{ audience: 'server', live: false },
    title: 'Evening show',
    source: 'sample',
    ...live,
    sources: [{ source: 'sample', inUse: true, state: 'flowing' }],
  };
  const relay = (input: { channelId?: string; broadcast?: string; guildId: string }) => ({
    guildId: input.guildId,
    guildName: 'Home',
    channelId: input.channelId ?? '500000000000000002',
    channelName: 'Lounge',
    broadcast: input.broadcast ?? 'xyz@South',
    title: 'Night show',
    community: 'South',
    state: 'playing',
    e2ee: true,
    startedAtMs: 1_760_000_000_000,
    framesPlayed: 180_000,
    framesMissed: 3,
    bufferedFrames: 20,
    latencyMs: 412.7,
    rejoinCount: 1,
    ...{ mode: 'manual', deafened: false, volumePercent: 100 },
    ...{ framesConcealed: 2, bufferTargetMs: 400, closeCodes: {} },
  });
  const consent = () => ({ rule: 'ask', choice: 'given', heard: true, live: [] });
  const recording = () => ({
    ...{
      id: 'rec',
      broadcast: 'abc',
      title: 'Evening show',
      state: 'recording',
      startedAtMs: 1,
      partNumber: 1,
    },
    ...{ durationMs: 60_000, sizeBytes: 720_000, chapters: ['First song'], kept: [] },
  });
  const homes = () => ({
    configured: false,
    guilds: [
      { guildId: home, name: 'Home', standing: 'home' },
      { guildId: elsewhere, name: 'Elsewhere', standing: 'foreign' },
    ],
  });
  const remote = {
    reference: 'xyz@South',
    id: 'xyz',
    title: 'Night show',
    startedAtMs: 1,
    subscriberCount: 0,
  };
  return {
    'node.start': node('running'),
    'node.stop': node('stopped'),
    'node.status': node('running'),
    'node.peers': () => ({ communities: [south, east] }),
    'node.connect': () => south,
    'node.trust': () => south,
    'node.forget': () => ({ ...south, trusted: false, connected: false }),
    'broadcast.start': (input: { source: string; title?: string }) => ({ ...own, ...input }),
    'broadcast.stop': () => own,
    'broadcast.next': () => own,
    'broadcast.audience': ({ audience }: { audience: string }) => ({ ...own, audience }),
    'broadcast.list': () => ({
      own: [own],
      remote: [{ peerId: southPeerId, community: 'South', broadcasts: [remote] }],
    }),
    'source.list': () => ({ sources: [{ source: 'sample', title: 'The sample' }] }),
    'relay.start': relay,
    'relay.stop': relay,
    'relay.next': relay,
    'relay.status': (input: { guildId: string }) => ({ relays: [relay(input)] }),
    'relay.volume': ({ guildId, percent }: { guildId: string; percent: number }) => ({
      ...{ guildId, onMove: 'follow', leaveAfterMs: 60_000, volumePercent: percent },
    }),
    'relay.configure': ({ guildId }: { guildId: string }) => ({
      ...{ guildId, onMove: 'return', leaveAfterMs: 60_000, volumePercent: 100 },
    }),
    'recording.start': recording,
    'recording.stop': recording,
    'recording.list': () => ({ recordings: [recording()] }),
    'consent.show': consent,
    'consent.choose': consent,
    'consent.rule': consent,
    'access.home.list': homes,
    'access.home.add': homes,
    'access.home.remove': homes,
    'access.grant': () => ({ grants }),
    'access.revoke': () => ({ grants: [] }),
    'audit.list': () => ({ rows: [] }),
    'doctor.run': () => ({
      findings: [
        { id: 'a', level: 'problem', text: 'The bot can’t speak.', fix: 'Allow Speak.' },
        { id: 'b', level: 'ok', text: 'ffmpeg is there.' },
      ],
    }),
  };
}
