/** What every publisher must hold, whatever it delivers to. Each publisher's tests call it with a fixture. */
import { once } from 'node:events';
import { request as requestHttps } from 'node:https';
import { inspect } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import type {
  ArtifactReader,
  Fate,
  MediaReference,
  PublicationContent,
  Publisher,
  Receipt,
  Receipts,
  Step,
  TokenPair,
} from '#contracts/publisher.ts';
import { rejection } from '../support/rejection.ts';
import { type Attempt, type AttemptInit, attemptAt, heldTokens, key } from './compliance/attempt.ts';
import { canaries, spellingsIn } from './compliance/canaries.ts';
import { deepFreeze } from './compliance/deep-freeze.ts';
import { everyWrite, nobody } from './compliance/everywhere.ts';
import { type Answer, type FakePlatform, type Fault, isWrite, writesAt } from './compliance/fake-platform.ts';
import { describeOtherVersions } from './compliance/other-versions.ts';
import { describePatience } from './compliance/patience.ts';
import { describeRetract } from './compliance/retract.ts';
import { describeRights, type Refusal } from './compliance/rights.ts';
import { word, wordyAnswers } from './compliance/wordy-answers.ts';
import { unlisted } from './documented/accounts.ts';

export interface ComplianceFixture<Options> {
  name: string;
  publisher: Publisher<Options>;
  options: Options;
  content: PublicationContent;
  artifacts?: ArtifactReader;
  /** Every name the publisher may ask for; values are given by the suite. */
  credentialNames: readonly string[];
  /** For credentials that must have a form, such as a key in PEM. */
  credentialValues?: Readonly<Record<string, string>>;
  /** For platforms with a sign-in: the pair that is held already. */
  tokens?: (credentials: Readonly<Record<string, string>>) => TokenPair;
  /** A new one, empty but for what the options name. */
  open(): Promise<FakePlatform>;
  /** How the key shows in what people find; absent where the platform has no room for it. */
  marker?: (key: string) => string;
  /** How the platform words refusals of the first write, and what each may mean. */
  answers?: Partial<Record<number, { answer?: Omit<Answer, 'status'>; fates: readonly Fate['state'][] }>>;
  /** Refusals of the first write that mean it is there already. */
  answersThatLand?: readonly number[];
  /** How the platform says that it lets us in no more: not one post is wrong, all must wait. */
  lostRights: readonly Refusal[];
  /** Waits in header and body: the longer is what counts. */
  rateLimits: readonly (Refusal & { retryAfterMs?: number; retryAtMs?: number })[];
  /** Content or options beyond a limit, and a word of the problem that says so. */
  limits: readonly {
    name: string;
    content?: Partial<PublicationContent>;
    options?: Partial<Options>;
    problem: RegExp;
  }[];
  /**
   * Where the platform refuses a repetition: makes its look-ups lag behind what landed, and catch up.
   */
  lag?: (on: FakePlatform, lags: boolean) => void;
  /** Writes whose loss nothing can tell afterwards: `find` may say `cannot-tell`, and a person decides. */
  undecidable?: boolean;
  /** Effects, by id, that stay when the rest is taken back. */
  staysAfterRetract?: RegExp;
}

const settings = { key, createdAtMs: Date.UTC(2026, 10, 20, 9, 30) };
const triesMax = 6;
const expectedFates: Record<number, readonly Fate['state'][]> = {
  401: ['authorisation-lost'],
  403: ['authorisation-lost', 'rejected'],
  404: ['rejected'],
  409: ['rejected', 'not-sent'],
  422: ['rejected'],
  429: ['rate-limited'],
  500: ['unknown'],
  502: ['unknown'],
  503: ['unknown', 'rate-limited'],
};

export function describeCompliance<Options>(fixture: ComplianceFixture<Options>): void {
  const { publisher, content } = fixture;
  const open: FakePlatform[] = [];
  const secrets = canaries(fixture.credentialNames, fixture.credentialValues);
  /** Everything that could be shown to people, held against the canaries after each test. */
  const shown: unknown[] = [];

  afterEach(async () => {
    for (const platform of open.splice(0)) {
      const violations = [...platform.violations(), ...unlisted(publisher.id, platform.server.requests)];
      await platform.close();
      expect(violations).toEqual([]);
    }
    expect(spellingsIn(shown.splice(0), secrets)).toEqual([]);
  });

  async function platform(): Promise<FakePlatform> {
    const opened = await fixture.open();
    open.push(opened);
    return opened;
  }

  function attempt(on: FakePlatform, init: Partial<AttemptInit> = {}): Attempt {
    return attemptAt(on, {
      credentials: secrets.values,
      ...(fixture.artifacts && { artifacts: fixture.artifacts }),
      ...(publisher.describe.signInPaths && { signInPaths: publisher.describe.signInPaths }),
      ...(fixture.tokens && { tokens: heldTokens(fixture.tokens(secrets.values)) }),
      ...(publisher.describe.publicAddressesOnly && { publicOnly: { allowedPrivateHosts: ['127.0.0.1'] } }),
      ...init,
    });
  }

  function steps(): readonly Step[] {
    const rendered = publisher.render(content, fixture.options, settings);
    expect(rendered.problems).toEqual([]);
    shown.push(rendered);
    return rendered.steps;
  }

  function fateOf(error: unknown): Fate {
    const fate = publisher.classify(error);
    shown.push(fate, error instanceof Error ? { message: error.message, stack: error.stack } : error);
    return fate;
  }

  /** As the outbox does: an unknown fate is looked up before anything is sent again. */
  async function deliver(
    on: FakePlatform,
    step: Step,
    earlier: Receipts,
    firstAttemptAtMs = Date.now(),
  ): Promise<Receipt> {
    for (let tries = 0; tries < triesMax; tries++) {
      const context = attempt(on, { firstAttemptAtMs });
      try {
        const receipt = await publisher.execute(context, step, earlier);
        shown.push(receipt, context.http.journal.entries);
        return receipt;
      } catch (error) {
        const fate = fateOf(error);
        expect(['unknown', 'not-sent', 'rate-limited'], fate.reason).toContain(fate.state);
        if (fate.state !== 'unknown') continue;
        const found = await publisher.find(attempt(on, { firstAttemptAtMs }), step, earlier);
        shown.push(found);
        if (found.state === 'found') return found.receipt;
        expect(found.state).toBe('absent');
      }
    }
    throw new Error('it did not land');
  }

  async function deliverAll(on: FakePlatform, all: readonly Step[]): Promise<Record<string, Receipt>> {
    const receipts: Record<string, Receipt> = {};
    for (const step of all) receipts[step.id] = await deliver(on, step, receipts);
    return receipts;
  }

  describe(`${fixture.name}: compliance`, () => {
    test('rendering is pure and deterministic', () => {
      const frozen = deepFreeze(structuredClone(content));
      const first = publisher.render(frozen, deepFreeze(structuredClone(fixture.options)), settings);
      const second = publisher.render(structuredClone(content), structuredClone(fixture.options), settings);
      expect(second).toEqual(first);
      expect(JSON.parse(JSON.stringify(first.steps))).toEqual(first.steps);
      expect(new Set(first.steps.map(({ id }) => id)).size).toBe(first.steps.length);
      expect(first.steps.length).toBeGreaterThan(0);
      expect(first.preview.length).toBeGreaterThan(0);
    });

    test('its options accept what they give out', () => {
      expect(publisher.describe.options.parse(fixture.options)).toEqual(fixture.options);
    });

    test.each(fixture.limits)(
      'beyond a limit, the preview says so: $name',
      ({ content: change, options, problem }) => {
        const rendered = publisher.render(
          { ...content, ...change },
          { ...fixture.options, ...options } as Options,
          settings,
        );
        expect(rendered.problems.join('\n')).toMatch(problem);
      },
    );

    test('what it executes it finds; nothing is there before', async () => {
      const on = await platform();
      const receipts: Record<string, Receipt> = {};
      for (const step of steps()) {
        const before = await publisher.find(attempt(on), step, receipts);
        expect(before.state).toBe(fixture.undecidable ? before.state : 'absent');
        const effectCount = on.effects().length;
        receipts[step.id] = await deliver(on, step, receipts);
        expect(on.effects().length - effectCount, `effects of ${step.id}`).toBeLessThanOrEqual(1);
        const after = await publisher.find(attempt(on), step, receipts);
        if (fixture.undecidable && after.state === 'cannot-tell') continue;
        expect(after).toMatchObject({ state: 'found', receipt: { remoteId: receipts[step.id]?.remoteId } });
      }
      const effects = on.effects();
      expect(effects.length).toBeGreaterThan(0);
      const marker = fixture.marker?.(key);
      if (marker !== undefined) expect(effects.some(({ text }) => text.includes(marker))).toBe(true);
    });

    test('verifying looks and writes nothing', async () => {
      const on = await platform();
      const verification = await publisher.verify(attempt(on, { dryRun: true }), fixture.options);
      shown.push(verification);
      expect(verification.problems).toEqual([]);
      expect(on.server.requests.filter(writesAt(publisher))).toEqual([]);
    });

    describeRights({ fixture, platform, attempt, credentials: secrets.values, steps, fateOf, shown });
    describeDryRun();
    describePatience({ fixture, platform, attempt, steps, deliverAll, fateOf });
    describeFaults();
    describeRetract({ fixture, platform, attempt, steps, deliverAll, fateOf });
    describeFates();
    describeSecretAddress();
    describeOtherVersions({ fixture, platform, attempt, deliverAll, fateOf });
  });

  function describeDryRun(): void {
    test('a dry run sends no write', async () => {
      const on = await platform();
      const receipts: Receipts = {};
      for (const step of steps().slice(0, 1)) {
        const error = await rejection(publisher.execute(attempt(on, { dryRun: true }), step, receipts));
        expect(fateOf(error)).toMatchObject({
          state: 'rejected',
          reason: expect.stringContaining('dry run'),
        });
      }
      expect(on.server.requests.filter(writesAt(publisher))).toEqual([]);
      expect(on.effects()).toEqual([]);
    });

    test('a publisher that writes all the same is held back by the host', async () => {
      const on = await platform();
      const { http } = attempt(on, { dryRun: true, routes: { 'https://api.example.com': on.server.url } });
      await rejection(http.fetch(`${on.server.url}/anything`, { method: 'POST', body: '{}' }));
      await rejection(http.fetch(new Request(`${on.server.url}/anything`, { method: 'DELETE' })));
      const request = requestHttps('https://api.example.com/anything', { agent: http.agent, method: 'PUT' });
      const refused = once(request, 'error');
      request.end('{}');
      await refused;
      expect(on.server.requests).toEqual([]);
    });
  }

  function describeFaults(): void {
    if (fixture.undecidable) return;
    const kinds: Fault['kind'][] = ['drop-before', 'drop-after', 'drop-during'];
    test.each(kinds)('every write meets %s: one effect in the end', async (kind) => {
      const all = steps();
      const clean = await platform();
      await deliverAll(clean, all);
      const writeCount = clean.server.requests.filter(isWrite).length;
      expect(writeCount).toBeGreaterThan(0);
      for (let write = 0; write < writeCount; write++) {
        const on = await platform();
        on.server.expectFaults({ [write]: { kind } as Fault });
        await deliverAll(on, all);
        expect(on.effects().length, `write ${write}`).toBe(clean.effects().length);
      }
    });

    const gateways: Extract<Fault['kind'], 'answer' | 'answer-after'>[] = ['answer', 'answer-after'];
    test.each(gateways)('a gateway that answers 502 doubles nothing and loses nothing: %s', async (kind) => {
      const all = steps();
      const clean = await platform();
      await deliverAll(clean, all);
      const on = await platform();
      on.server.expectFaults({ 0: { kind, answer: { status: 502, body: 'Bad Gateway' } } });
      await deliverAll(on, all);
      expect(on.effects().length).toBe(clean.effects().length);
    });

    test('a look-up that gets no answer never says absent', async () => {
      const on = await platform();
      const receipts: Record<string, Receipt> = {};
      for (const step of steps()) {
        const asked = on.server.requests.length;
        await publisher.find(attempt(on), step, receipts);
        // One that asks nobody relies on the server's own memory of keys.
        if (on.server.requests.length > asked) {
          const looked = publisher.find(attempt(on, nobody(on)), step, receipts);
          expect(await looked.catch(fateOf)).not.toMatchObject({
            state: expect.stringMatching(/absent|found/),
          });
        }
        receipts[step.id] = await deliver(on, step, receipts);
      }
    });
  }

  /** For targets whose steps go to an address that is a credential. */
  function describeSecretAddress(): void {
    const addresses = publisher.describe.credentials.flatMap(({ name, isAddress }) =>
      isAddress && secrets.values[name] !== undefined ? [new URL(secrets.values[name]).pathname] : [],
    );

    test('no word of who answers at a secret address is passed on', async () => {
      const clean = await platform();
      await deliverAll(clean, steps());
      const isUsed = clean.server.requests.some(({ path }) =>
        // The host may lead elsewhere in tests; the last segment is what makes it a secret.
        addresses.some((address) => path.includes(address.slice(address.lastIndexOf('/')))),
      );
      if (!isUsed) return;
      const [step] = steps();
      const said: unknown[] = [];
      const on = await platform();
      for (const answer of wordyAnswers(addresses)) {
        on.server.expectFaults(everyWrite({ kind: 'answer', answer }));
        const context = attempt(on);
        const outcome = await publisher.execute(context, step as Step, {}).catch((error: unknown) => ({
          fate: fateOf(error),
          error: inspect(error, { depth: 8 }),
        }));
        said.push(outcome, context.http.journal.entries);
      }
      expect(said.length).toBeGreaterThan(20);
      const text = JSON.stringify(said);
      expect([word, ...addresses].filter((each) => text.includes(each))).toEqual([]);
    });
  }

  function describeFates(): void {
    async function firstFate(on: FakePlatform, init: Partial<AttemptInit> = {}): Promise<Fate> {
      const [step] = steps();
      return fateOf(await rejection(publisher.execute(attempt(on, init), step as Step, {})));
    }

    const statuses = Object.keys(expectedFates).map(Number);
    test.each(statuses.filter((status) => !fixture.answersThatLand?.includes(status)))(
      'an answer %i',
      async (status) => {
        const on = await platform();
        const known = fixture.answers?.[status];
        const answer = { status, body: { message: 'Refused' }, ...known?.answer };
        on.server.expectFaults(everyWrite({ kind: 'answer', answer }));
        const fate = await firstFate(on);
        // The outbox is the only retrier. Some refusals mean “it is there already”, and the next write follows.
        if (status === 429 || status >= 500) expect(on.server.writeCount, 'writes').toBe(1);
        expect(known?.fates ?? expectedFates[status], fate.reason).toContain(fate.state);
        expect(fate.reason.length).toBeGreaterThan(5);
        expect(on.effects()).toEqual([]);
      },
    );

    test.each(fixture.rateLimits)(
      'the longer wait counts: $name',
      async ({ answer, retryAfterMs, retryAtMs }) => {
        const on = await platform();
        on.server.expectFaults(everyWrite({ kind: 'answer', answer }));
        expect(await firstFate(on)).toMatchObject({
          state: 'rate-limited',
          ...(retryAfterMs !== undefined && { retryAfterMs }),
          ...(retryAtMs !== undefined && { retryAtMs }),
        });
      },
    );

    test('a name that does not resolve, or nobody listening: not sent', async () => {
      const on = await platform();
      expect(await firstFate(on, nobody(on, 'http://nowhere.invalid'))).toMatchObject({ state: 'not-sent' });
      expect(await firstFate(on, nobody(on))).toMatchObject({ state: 'not-sent' });
    });

    test('silence: unknown', async () => {
      const on = await platform();
      on.server.expectFaults(everyWrite({ kind: 'silent' }));
      expect(await firstFate(on, { idleTimeoutMs: 100 })).toMatchObject({ state: 'unknown' });
    });

    test('the signal ends the request', async () => {
      const on = await platform();
      on.server.expectFaults(everyWrite({ kind: 'silent' }));
      const ending = new AbortController();
      const fate = firstFate(on, { signal: ending.signal });
      const untilMs = Date.now() + 5_000;
      while (on.server.writeCount === 0 && Date.now() < untilMs) await new Promise((go) => setTimeout(go, 5));
      const abortedAtMs = Date.now();
      ending.abort(new Error('the lease ended'));
      expect(await fate).toMatchObject({ state: 'unknown' });
      expect(Date.now() - abortedAtMs).toBeLessThan(1_000);
    });
  }
}

export const tooLarge = (media: MediaReference, sizeBytes: number): MediaReference => ({
  ...media,
  sizeBytes,
});
