import type { CommunityDirectory } from '#contracts/communities.ts';
import type { Announcer } from '#contracts/discord.ts';
import type { GuildSettingsReader } from '#contracts/guild-settings.ts';
import { inBackground } from '#core/background.ts';
import type { Clock } from '#core/clock.ts';
import type { GuildmeshError } from '#core/errors.ts';
import type { Logger } from '#core/logger.ts';
import { inert, inertSentence } from '#core/text/inert.ts';
import { withName } from '../reference.ts';
import type { SourceSwitch } from '../source/contract.ts';
import type { KeptRelay } from './kept-relay.ts';
import { LastEnded } from './last-ended.ts';
import { playerKey } from './relay.ts';
import type { RelayEnd } from './relay-machine-model.ts';
import { type Restart, restartOf } from './restarts.ts';
import { SwitchNews } from './switch-news.ts';

/** Including what it quotes, a source of 200 characters at most. */
const sentenceLengthMax = 500;

export interface RelayNewsComponents {
  announcer: Announcer;
  communities: CommunityDirectory;
  settings: Pick<GuildSettingsReader, 'of'>;
  clock: Clock;
  logger: Logger;
}

/** Messages in the chat of a relay's channel. */
export class RelayNews {
  readonly #components: RelayNewsComponents;
  readonly lastEnded = new LastEnded();
  readonly #switches = new WeakMap<KeptRelay, SwitchNews>();

  constructor(components: RelayNewsComponents) {
    this.#components = components;
  }

  /** Nothing for a relay that a person has ended, and which is about to leave. */
  tell(relay: KeptRelay, text: string): void {
    if (relay.stopping) return;
    const { announcer, logger } = this.#components;
    const said = announcer.announce(relay.wanted.channelId, text);
    void inBackground(logger, 'warn', said, 'announcement failed');
  }

  switched(relay: KeptRelay, told: SourceSwitch): void {
    const { communities } = this.#components;
    const [from, to] = [withName(communities, told.from), withName(communities, told.to)];
    const event = { ...told, from, to };
    const news = this.#switches.get(relay) ?? new SwitchNews(this.#components);
    this.#switches.set(relay, news);
    const text = news.text(event);
    if (text) this.tell(relay, text);
  }

  failed(relay: KeptRelay, problem: GuildmeshError): void {
    this.tell(relay, `${inertSentence(problem.message, sentenceLengthMax)} ${problem.next}`);
  }

  ended(relay: KeptRelay, end: RelayEnd, error: GuildmeshError | undefined): void {
    if (relay.stopping) return;
    this.lastEnded.add(relay.wanted, end);
    this.tell(
      relay,
      endText(relay, end, { error, restart: restartOf(this.#components.settings, relay.wanted) }),
    );
  }
}

function endText(
  relay: KeptRelay,
  end: RelayEnd,
  { error, restart }: { error: GuildmeshError | undefined; restart: Restart },
): string {
  const title = inert(relay.wanted.title);
  if (end === 'unserved' && relay.wanted.reference.includes('@'))
    return `The relay of “${title}” has ended: the server that broadcasts it is no longer a home of ${inert(relay.wanted.community)}’s hub. When it is again, /relay start plays it here.`;
  // In our own hub that has been told already, with what an operator types.
  if (end === 'broadcast-ended' || end === 'unserved') return `The broadcast “${title}” has ended.`;
  if (end === 'revoked')
    return `The relay of “${title}” was stopped: trust between the communities was withdrawn.`;
  if (end === 'narrowed' && relay.wanted.reference.includes('@'))
    return `${inert(relay.wanted.community)} no longer shares “${title}” with this server. Once somebody there presses Share again, /play with the name of that community plays it.`;
  if (end === 'narrowed')
    return `The relay of “${title}” has ended: whoever broadcasts it offers it to fewer people now, and no longer to this server.`;
  if (!error) return `The relay of “${title}” has ended.`;
  if (end !== 'kicked') return `${error.message} ${error.next}`;
  const { command, role } = restart;
  // What the player plays is brought back by its people, not by what the error names for a publisher.
  const next = relay.wanted.wantedBy === playerKey ? `Run ${command} if it should come back.` : error.next;
  const people = role ? `Everybody with the role ${role} or a stronger one` : 'Everybody';
  return `${error.message} ${next} ${people} may do that.`;
}
