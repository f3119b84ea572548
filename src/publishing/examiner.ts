import { statfs } from 'node:fs/promises';
import type { Kysely } from 'kysely';
import type { ConnectPage } from '#contracts/connections.ts';
import type { DiagnosisScope, Examiner, Finding } from '#contracts/diagnosis.ts';
import type { TokenEnds } from '#contracts/tokens.ts';
import type { Clock } from '#core/clock.ts';
import type { Alerts } from './alerts/alerts.ts';
import { endingTokens } from './concerns/concerns.ts';
import { authoriseErrors } from './connecting/errors.ts';
import type { Vault } from './credentials/vault.ts';
import { publishErrors } from './errors.ts';
import { type LampFacts, lampOf } from './host/lamp.ts';
import type { Readiness } from './host/readiness.ts';
import { needsPerson } from './outbox/deliveries.ts';
import type { Schema } from './tables/schema.ts';
import type { Target, TargetStore } from './targets/target-store.ts';

const dayMs = 86_400_000;
/** An examination may take 5 s in all. */
const askingMaxMs = 3_000;

export interface PublishingExaminerComponents {
  db: Kysely<Schema>;
  tokenEnds: TokenEnds;
  vault: Pick<Vault, 'state'>;
  targets: Pick<TargetStore, 'list'>;
  readiness: Pick<Readiness, 'facts'>;
  /** Asks targets that weren't asked within the hour, for at most this long. */
  askStale(targets: readonly Target[], signal: AbortSignal, forMs: number): Promise<void>;
  alerts: Pick<Alerts, 'channelFor'>;
  connectPage: ConnectPage | undefined;
  clock: Pick<Clock, 'nowMs'>;
}

export interface PublishingExaminerInit {
  artifactsFolder: string;
  freeBytesMin: number;
}

/** What `/doctor` says of publishing: everything that would keep a publication from leaving. */
export class PublishingExaminer implements Examiner {
  readonly #components: PublishingExaminerComponents;
  readonly #init: PublishingExaminerInit;

  constructor(components: PublishingExaminerComponents, init: PublishingExaminerInit) {
    this.#components = components;
    this.#init = init;
  }

  async examine({ guildId }: DiagnosisScope, signal: AbortSignal): Promise<Finding[]> {
    const targets = await this.#targets(guildId, signal);
    return [
      this.#vault(),
      ...targets.map(targetFinding),
      ...(await this.#deadLetters(guildId)),
      ...(targets.length > 0 ? await this.#alerts(guildId) : []),
      ...this.#webDoor(targets),
      ...(await this.#disk()),
      ...(await this.#tokens(guildId)),
    ];
  }

  #vault(): Finding {
    const { state } = this.#components.vault;
    const id = 'publishing.vault';
    if (state.state !== 'sealed') return { id, level: 'ok', text: 'Stored credentials can be opened.' };
    const { message, next } = publishErrors.PUBLISH_VAULT_SEALED({ why: state.why });
    const plain =
      'Stored credentials can’t be opened: nothing can be published until whoever hosts the bot mends it.';
    return { id, level: 'problem', text: message, fix: next, plain };
  }

  /** Targets that weren't asked within the hour are asked now, as far as the time allows. */
  async #targets(guildId: string, signal: AbortSignal): Promise<Examined[]> {
    const { readiness, askStale, targets } = this.#components;
    const all = await targets.list(guildId);
    await askStale(all, signal, askingMaxMs);
    return Promise.all(
      all.map(async (target) => ({ name: target.name, facts: await readiness.facts(target) })),
    );
  }

  async #deadLetters(guildId: string): Promise<Finding[]> {
    const id = 'publishing.deliveries';
    const { count } = await this.#components.db
      .selectFrom('delivery')
      .select(({ fn }) => fn.countAll().as('count'))
      .where('guild_id', '=', guildId)
      .where(needsPerson)
      .executeTakeFirstOrThrow();
    const amount = Number(count);
    if (amount === 0) return [{ id, level: 'ok', text: 'No delivery needs a person.' }];
    const text = amount === 1 ? 'A delivery needs a person.' : `${amount} deliveries need a person.`;
    return [
      { id, level: 'warning', text, fix: 'Type /deliveries list only:needs-person, and choose for each.' },
    ];
  }

  async #alerts(guildId: string): Promise<Finding[]> {
    const id = 'publishing.alerts';
    const channelId = await this.#components.alerts.channelFor(guildId);
    if (channelId !== undefined)
      return [{ id, level: 'ok', text: `What needs a person is said in <#${channelId}>.` }];
    const text = 'There is no channel in which the bot could say that something needs a person.';
    return [{ id, level: 'problem', text, fix: 'A manager types /alerts here where the bot may write.' }];
  }

  #webDoor(targets: readonly Examined[]): Finding[] {
    const { connectPage } = this.#components;
    if (targets.every(({ facts }) => facts.missing.length === 0) || (connectPage && !connectPage.isLocal()))
      return [];
    const { message, next } = connectPage
      ? authoriseErrors.PUBLISH_CONNECT_LOCAL_PAGE()
      : authoriseErrors.PUBLISH_CONNECT_NO_PAGE();
    return [
      {
        id: 'publishing.web',
        level: 'warning',
        text: message,
        fix: next,
        plain: 'Credentials can’t be entered by a link here.',
      },
    ];
  }

  async #disk(): Promise<Finding[]> {
    const { artifactsFolder, freeBytesMin } = this.#init;
    const id = 'publishing.disk';
    const facts = await statfs(artifactsFolder).catch(() => undefined);
    if (!facts) return [];
    const freeBytes = facts.bavail * facts.bsize;
    const gib = (freeBytes / 1024 ** 3).toFixed(1);
    if (freeBytes >= freeBytesMin) return [{ id, level: 'ok', text: `${gib} GiB are free for artifacts.` }];
    const text = `Only ${gib} GiB are free: no artifact is taken any more.`;
    const plain = 'There is no room for artifacts any more.';
    return [{ id, level: 'problem', text, plain, fix: 'Free some, or lower artifacts.freeBytesMin.' }];
  }

  async #tokens(guildId: string): Promise<Finding[]> {
    const { tokenEnds, clock } = this.#components;
    const nowMs = clock.nowMs();
    const ending = (await endingTokens(tokenEnds, nowMs)).filter((token) => token.guildId === guildId);
    return ending.map(({ id, name, expiresAtMs }) => {
      const days = Math.max(1, Math.ceil((expiresAtMs - nowMs) / dayMs));
      return {
        id: `publishing.token.${id}`,
        level: 'warning',
        text: `The token “${name}” ends within ${days === 1 ? 'a day' : `${days} days`}.`,
        fix: 'A manager makes another with /publish token add, and gives it to the CI job.',
        plain: 'A token of CI jobs ends soon.',
      };
    });
  }
}

interface Examined {
  name: string;
  facts: LampFacts;
}

function targetFinding({ name, facts }: Examined): Finding {
  const { state, word, reasons } = lampOf(facts);
  const id = `publishing.target.${name}`;
  const text = `The target “${name}”`;
  const { end } = facts;
  if (end && (state === 'ready' || state === 'not-checked'))
    return {
      id,
      level: 'warning',
      text: `${text} soon needs another token. ${end.text}`,
      fix: end.next,
      plain: `${text} soon needs another token.`,
    };
  if (state === 'ready') return { id, level: 'ok', text: `${text} would take a publication now.` };
  if (state === 'not-checked')
    return { id, level: 'ok', text: `${text} has all it needs; it gave no answer yet.` };
  const level = state === 'held' ? 'warning' : 'problem';
  const fix =
    state === 'held'
      ? `A manager types /deliveries resume target:${name} once it is mended.`
      : `A manager types /publish target verify target:${name} once it is mended.`;
  const said = `${text}: ${word}.`;
  return { id, level, text: [said, ...reasons].join(' '), fix, plain: said };
}
