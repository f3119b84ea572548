/**
 * Refusals of platforms without an official description, taken from their documentation and the source of their own
 * clients: what each says, what it means for an attempt, and what people read.
 */
import type { Fate, PublicationContent, Publisher, Receipt } from '#contracts/publisher.ts';
import { type Attempt, artifactsOf, attemptAt, key, mediaOf } from '../compliance/attempt.ts';
import type { Answer, Asked, FakePlatform } from '../compliance/fake-platform.ts';
import { type Account, type Accounts, operationsIn } from './documented-refusals.ts';

export interface DocumentedAnswer<Fake extends FakePlatform> {
  /** Status, and the words or the name by which the platform tells. */
  says: string;
  /** Where it is documented. */
  source: string;
  /** Where it comes: one of the plugin's operations. */
  at: string;
  /** Makes the double itself give this answer. */
  state?: (fake: Fake) => void;
  /** Where no state of the double leads there: its answer in place of the double's. */
  answer?: Answer;
  /** The row of the README's table, or why there is none. */
  account: Account;
  /** `done`: it is no obstacle. */
  fate: Fate['state'] | 'done';
  /** The reason that people read. */
  reads?: RegExp;
  /** What checking the target says; a row without it may stay unseen there. */
  verify?: RegExp;
  /** Options of the target, in place of the usual ones. */
  options?: object;
}

export interface Documented<Fake extends FakePlatform> {
  publisher: Publisher<never>;
  open(): Promise<Fake>;
  credentials: Record<string, string>;
  /** Options of targets that together ask for each operation. The first are the usual ones. */
  targets: readonly [object, ...object[]];
  content?: Partial<PublicationContent>;
  operations: readonly string[];
  answers: readonly DocumentedAnswer<Fake>[];
}

export const picture = Buffer.from(Array.from({ length: 4_000 }, (_, index) => index % 251));
export const video = Buffer.from(Array.from({ length: 40_000 }, (_, index) => index % 241));
export const file = mediaOf(picture, 'picture.png', 'image/png');
const content: PublicationContent = {
  title: 'Done',
  body: 'It is done.',
  tags: ['v1.2'],
  media: [{ ...file, altText: 'A picture' }],
};

export interface Met {
  problems: readonly string[];
  fate: Fate | { state: 'done'; reason: string };
  /** What was asked, by operation, and what was answered. */
  seen: readonly { operation: string; answer: Answer }[];
}

export function accountsFor({ operations }: Pick<Documented<never>, 'operations'>): Accounts {
  const none = Object.fromEntries(operations.map((operation) => [operation, {}]));
  return { file: '', prefix: '', operations: none, undescribed: [] };
}

/** Verifies, previews, looks up, sends and confirms, as far as it gets. */
export async function meet<Fake extends FakePlatform>(
  documented: Documented<Fake>,
  row: Pick<DocumentedAnswer<Fake>, 'answer' | 'at' | 'options' | 'state'>,
): Promise<Met> {
  const { publisher, credentials } = documented;
  const accounts = accountsFor(documented);
  const operationOf = (asked: Asked) => [...operationsIn(accounts, [asked])][0] ?? '';
  const fake = await documented.open();
  const seen: { operation: string; answer: Answer }[] = [];
  try {
    row.state?.(fake);
    if (row.answer) fake.server.instead = (asked) => (operationOf(asked) === row.at ? row.answer : undefined);
    const answered = fake.server.answer.bind(fake.server);
    fake.server.answer = async (asked) => {
      const answer = await answered(asked);
      seen.push({ operation: operationOf(asked), answer });
      return answer;
    };
    const options = publisher.describe.options.parse(row.options ?? documented.targets[0]) as never;
    const context = attemptAt(fake, { credentials, artifacts: artifactsOf([picture, video]) });
    const { problems } = await publisher.verify(context, options);
    return { problems, fate: await leave(documented, context, options), seen };
  } finally {
    await fake.close();
  }
}

async function leave<Fake extends FakePlatform>(
  { publisher, content: given }: Documented<Fake>,
  context: Attempt,
  options: never,
): Promise<Met['fate']> {
  const settings = { key, createdAtMs: Date.UTC(2026, 10, 20) };
  const { steps } = publisher.render({ ...content, ...given }, options, settings);
  const receipts: Record<string, Receipt> = {};
  try {
    for (const step of steps) {
      await publisher.find(context, step, receipts);
      const receipt = await publisher.execute(context, step, receipts);
      receipts[step.id] = receipt;
      const confirmed = await publisher.confirm?.(context, step, receipt);
      if (confirmed?.state === 'failed') return { state: 'rejected', reason: confirmed.reason };
      await publisher.find(context, step, receipts);
    }
    return { state: 'done', reason: '' };
  } catch (error) {
    return publisher.classify(error);
  }
}
