import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { DeliveryView, PublicationView, publicationContent } from '#contracts/actions/publish.ts';
import { home } from './seed.ts';

type Content = z.output<typeof publicationContent>;
type Request = {
  guildId: string;
  content: Content;
  targets: string[];
  at?: { local: string; zone: string };
  seen?: Record<string, string>;
};

const nowMs = 1_790_000_000_000;
export const reportCid = 'a'.repeat(64);

function target(name: string, publisher: string, over: object = {}) {
  return {
    guildId: home,
    id: `id-${name}`,
    name,
    publisher,
    title: `${publisher} of ${name}`,
    options: {},
    policy: 'none',
    spentThisMonthMicros: 0,
    ordered: false,
    credentials: [],
    lamp: { state: 'ready', word: 'Ready', reasons: [] },
    ...over,
  };
}

/** A small publishing service: it remembers targets, publications and schedules, and tells of changes. */
export class PublishingFake {
  readonly targets = new Map(
    [
      target('news', 'discord', { title: 'Discord #news' }),
      target('site', 'github', { title: 'GitHub releases of acme/site', policy: 'one-manager' }),
      target('wayback', 'archive-org', { options: { kind: 'save-page' }, title: 'Save Page Now' }),
      target('vault', 'archive-org', { options: { kind: 'item' }, title: 'archive.org item' }),
      target('x-main', 'x', {
        options: { thread: false },
        title: 'X @acme',
        monthlyBudgetMicros: 5_000_000,
        spentThisMonthMicros: 230_000,
      }),
      target('x-long', 'x', { options: { thread: true }, title: 'X @acme, threads' }),
    ].map((one) => [one.name, one as never as Record<string, unknown>]),
  );
  readonly publications = new Map<string, PublicationView & { content: Content }>();
  readonly milestones = new Map<string, Record<string, unknown>>();
  readonly schedules = new Map<string, Record<string, unknown>>();
  readonly #listeners = new Set<(id: string) => void>();
  #count = 0;

  readonly onChange = (listener: (id: string) => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** Something happened to the deliveries of the newest publication. */
  change(over: Partial<DeliveryView> & { target?: string }): void {
    const publication = [...this.publications.values()].at(-1)!;
    publication.deliveries = publication.deliveries.map((delivery) =>
      over.target === undefined || delivery.target === over.target ? { ...delivery, ...over } : delivery,
    );
    this.tell(publication.id);
  }

  tell(publicationId: string): void {
    for (const listener of this.#listeners) listener(publicationId);
  }

  /** UUIDs, as long as real ones. */
  id(): string {
    this.#count += 1;
    return `01999999-0000-7000-8000-${String(this.#count).padStart(12, '0')}`;
  }

  preview({ content, targets, at }: Pick<Request, 'content' | 'targets' | 'at'>) {
    const shown = targets.map((name) => this.#rendered(name, content));
    return {
      targets: shown,
      costMicros: shown.reduce((sum, { costMicros }) => sum + costMicros, 0),
      ...(at && { dueAtMs: nowMs + 86_400_000, when: `${at.local} ${at.zone} (UTC+1)` }),
    };
  }

  #rendered(name: string, content: Content) {
    const known = this.targets.get(name);
    const text = [content.title, content.body, content.link].filter(Boolean).join('\n\n');
    const publisher = String(known?.publisher ?? 'none');
    return {
      target: name,
      publisher,
      title: String(known?.title ?? name),
      parts: [{ label: publisher === 'x' ? `Post (${text.length} of 280)` : 'Message', text }],
      steps: [`Post to ${name}`],
      warnings: publisher === 'x' && content.link ? ['A link makes the post cost more.'] : [],
      problems: known ? [] : [`There is no target ${name}.`],
      costMicros: publisher === 'x' ? (content.link ? 200_000 : 15_000) : 0,
      policy: (known?.policy ?? 'none') as 'none',
      stepsHash: createHash('sha256')
        .update(JSON.stringify([name, content]))
        .digest('hex'),
    };
  }

  create(request: Request): PublicationView {
    for (const { target, stepsHash } of this.preview(request).targets)
      if (request.seen && request.seen[target] !== stepsHash) throw new Error('not what was shown');
    const id = this.id();
    const publication = {
      id,
      guildId: request.guildId,
      title: request.content.title,
      content: request.content,
      createdAtMs: nowMs,
      ...(request.at && { dueAtMs: nowMs + 86_400_000 }),
      deliveries: request.targets.map((name) => this.#delivery(id, name, request)),
    };
    this.publications.set(id, publication);
    return publication;
  }

  #delivery(publicationId: string, name: string, { content, at }: Request): DeliveryView {
    const known = this.targets.get(name);
    const awaits = known?.policy === 'one-manager';
    return {
      id: this.id(),
      publicationId,
      title: content.title,
      target: name,
      publisher: String(known?.publisher),
      state: awaits ? 'awaiting-approval' : at ? 'scheduled' : 'pending',
      needsPerson: false,
      dueAtMs: nowMs + 5_000,
      attempts: 0,
      approvals: { given: 0, needed: awaits ? 1 : 0 },
      updatedAtMs: nowMs,
      ...(awaits && { stepsHash: this.#rendered(name, content).stepsHash }),
    };
  }

  deliveries(): DeliveryView[] {
    return [...this.publications.values()].flatMap(({ deliveries }) => deliveries);
  }

  /** Changes one delivery, and tells. */
  settle(deliveryId: string, over: Partial<DeliveryView>): DeliveryView {
    for (const publication of this.publications.values()) {
      const index = publication.deliveries.findIndex(({ id }) => id === deliveryId);
      if (index < 0) continue;
      const changed = { ...publication.deliveries[index]!, ...over };
      publication.deliveries = publication.deliveries.with(index, changed);
      this.tell(publication.id);
      return changed;
    }
    return { ...stray, id: deliveryId, ...over };
  }
}

/** For commands that name a delivery of nowhere. */
const stray: DeliveryView = {
  id: 'stray',
  publicationId: '01999999-0000-7000-8000-999999999999',
  title: 'Stray',
  target: 'news',
  publisher: 'discord',
  state: 'pending',
  needsPerson: false,
  attempts: 1,
  approvals: { given: 0, needed: 0 },
  updatedAtMs: nowMs,
};

const artifact = {
  cid: reportCid,
  sizeBytes: 2_048,
  mediaType: 'text/html',
  label: 'report.html',
  source: 'command',
  createdAtMs: nowMs,
};

type Answers = Record<string, (input: never) => unknown>;

/** Answers of everything about publishing. */
export function publishingAnswers(fake: PublishingFake): Answers {
  const show = (id: string) =>
    fake.publications.get(id) ?? { id, guildId: home, title: 'Gone', createdAtMs: nowMs, deliveries: [] };
  const named = ({ target }: { target: string }) => fake.targets.get(target) ?? target_(target);
  const target_ = (name: string) => target(name, 'discord');
  return {
    'artifact.add': (input: { label: string }) => ({ ...artifact, label: input.label }),
    'artifact.list': () => ({ artifacts: [artifact] }),
    'artifact.archive-thread': () => ({
      title: 'Release talk',
      url: 'https://discord.com/channels/1/2',
      messageCount: 42,
      isCut: false,
      artifacts: [artifact],
    }),
    'target.kinds': () => ({
      kinds: [{ id: 'discord/message', title: 'A message', help: 'here', fields: [], way: 'channel' }],
    }),
    'target.list': () => ({
      targets: [...fake.targets.values()],
      publishers: [{ id: 'discord', title: 'Discord', summary: 'A channel' }],
    }),
    'target.add': (input: { name: string; publisher: string; options: object }) =>
      target(input.name, input.publisher, { options: input.options }),
    'target.edit': (input: { target: string }) => ({ ...named(input), redraftedCount: 1 }),
    'target.remove': named,
    'target.verify': () => ({ account: '@acme', problems: [], quota: '99 of 100 left' }),
    'target.pause': (input: { target: string }) => ({
      ...named(input),
      paused: { reason: 'by hand', detail: 'held' },
    }),
    'target.resume': named,
    'alerts.here': ({ channelId }: { channelId?: string }) => ({
      channelId: channelId ?? '500000000000000001',
    }),
    'alerts.off': () => ({}),
    'alerts.test': () => ({ channelId: '500000000000000001' }),
    'publish.connect': (input: { target: string }) => ({
      target: input.target,
      credentials: [
        { name: 'token', help: 'A token', present: false, environmentName: 'GUILDMESH_SECRET_X' },
      ],
      link: { url: 'http://127.0.0.1:9/connect/abc', expiresAtMs: nowMs },
    }),
    'token.add': (input: { name: string }) => ({
      id: 't1',
      name: input.name,
      createdBy: 'x',
      createdAtMs: 1,
      expiresAtMs: nowMs,
      token: 'gm_secret',
    }),
    'token.list': () => ({
      tokens: [{ id: 't1', name: 'ci', createdBy: 'x', createdAtMs: 1, expiresAtMs: nowMs }],
    }),
    'token.revoke': () => ({ tokens: [] }),
    'publish.preview': (input: Request) => fake.preview(input),
    'publish.create': (input: Request) => fake.create(input),
    'publication.draft': ({ publicationId }: { publicationId: string }) => {
      const known = fake.publications.get(publicationId);
      const {
        content = { title: 'Gone', body: '', tags: [], media: [] },
        deliveries = [stray],
        dueAtMs,
      } = known ?? {};
      const targets = deliveries.map((one) => one.target);
      return { content, targets, revision: 1, ...(dueAtMs !== undefined && { dueAtMs }) };
    },
    'publish.edit': ({ publicationId, content }: Request & { publicationId: string }) => {
      const known = fake.publications.get(publicationId)!;
      Object.assign(known, { content, title: content.title });
      fake.tell(publicationId);
      return known;
    },
    'publish.approve': (input: { deliveryId: string; stepsHash: string }) => {
      const delivery = fake.deliveries().find(({ id }) => id === input.deliveryId);
      if (delivery?.stepsHash !== input.stepsHash) throw new Error('not what was shown');
      fake.settle(input.deliveryId, { state: 'pending', approvals: { given: 1, needed: 1 } });
      return show(delivery.publicationId);
    },
    'publish.cancel': ({ publicationId }: { publicationId: string }) => {
      for (const { id } of show(publicationId).deliveries) fake.settle(id, { state: 'cancelled' });
      return show(publicationId);
    },
    'publication.show': ({ publicationId }: { publicationId: string }) => show(publicationId),
    'publication.preview': ({ publicationId }: { publicationId: string }) => {
      const { content, deliveries } = fake.publications.get(publicationId)!;
      const { targets } = fake.preview({ content, targets: deliveries.map((one) => one.target) });
      return {
        targets: targets.map((one, index) => ({
          ...one,
          deliveryId: deliveries[index]!.id,
          state: deliveries[index]!.state,
        })),
      };
    },
    'delivery.list': () => ({ deliveries: fake.deliveries() }),
    'delivery.retry': ({ deliveryId }: { deliveryId: string }) =>
      fake.settle(deliveryId, { state: 'pending', needsPerson: false }),
    'delivery.done': ({ deliveryId, url }: { deliveryId: string; url: string }) =>
      fake.settle(deliveryId, { state: 'done', needsPerson: false, url }),
    'delivery.discard': ({ deliveryId }: { deliveryId: string }) =>
      fake.settle(deliveryId, { state: 'discarded', needsPerson: false }),
  };
}
