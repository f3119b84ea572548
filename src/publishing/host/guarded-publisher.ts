import type {
  AttemptContext,
  Fate,
  Json,
  Leftover,
  Looked,
  LookUp,
  Publisher,
  PublisherContext,
  Receipt,
  Retraction,
} from '#contracts/publisher.ts';
import { type GuildmeshError, isGuildmeshError } from '#core/errors.ts';
import { fieldsOf } from '#core/fields-of.ts';
import type { GuildScrubber } from '#core/scrubber.ts';

/** Refusals of the host that hold the whole target until a person has acted. */
const holdingCodes = new Set(['PUBLISH_CREDENTIAL_MISSING', 'PUBLISH_VAULT_SEALED', 'PUBLISH_VAULT_DAMAGED']);
/** Refusals that another attempt doesn't change. */
const finalCodes = new Set(['OUTBOX_ALTERED', 'OUTBOX_CHANGED', 'PUBLISH_NO_TARGET', 'OUTBOX_FILE_GONE']);

/** A context that the host may have refused to fill: then nothing of the publisher runs. */
export interface HostedContext extends AttemptContext {
  refusal?: GuildmeshError;
}

/**
 * A publisher as the outbox sees it: it runs only where the host agrees, and its texts are returned without secrets.
 */
export function guardedPublisher(publisher: Publisher, scrubber: Pick<GuildScrubber, 'scrub'>): Publisher {
  const { confirm } = publisher;
  const clean = (text: string) => scrubber.scrub(text);
  return {
    ...publisher,
    ...(publisher.leftover && {
      leftover: {
        of: (steps, receipts) => cleanLeftover(publisher.leftover?.of(steps, receipts), clean),
        remove: async (context, steps, receipts) => publisher.leftover?.remove(context, steps, receipts),
      },
    }),
    ...(publisher.references && {
      references: {
        foundIn: (steps) => publisher.references?.foundIn(steps),
        look: async (context, content, options, settings) =>
          cleanLooked(await publisher.references?.look(context, content, options, settings), clean),
      },
    }),
    ...(publisher.retract && {
      retract: (steps, receipts) => cleanRetraction(publisher.retract?.(steps, receipts), clean),
    }),
    verify: (context, options) => publisher.verify(context, options),
    render: (content, options, settings) => publisher.render(content, options, settings),
    async execute(context, step, earlier) {
      requireAdmitted(context);
      return cleanReceipt(await publisher.execute(context, step, earlier), clean);
    },
    async find(context, step, earlier) {
      requireAdmitted(context);
      return cleanLookUp(await publisher.find(context, step, earlier), clean);
    },
    classify: (error) => cleanFate(hostFate(error) ?? publisher.classify(error), clean),
    ...(confirm && {
      async confirm(context, step, receipt) {
        requireAdmitted(context);
        const said = await confirm.call(publisher, context, step, receipt);
        if (said.state === 'confirmed') return { ...said, receipt: cleanReceipt(said.receipt, clean) };
        return said.state === 'failed' ? { ...said, reason: clean(said.reason) } : said;
      },
    }),
  };
}

function requireAdmitted(context: PublisherContext): void {
  const { refusal } = fieldsOf(context);
  if (refusal instanceof Error) throw refusal;
}

function hostFate(error: unknown): Fate | undefined {
  if (!isGuildmeshError(error)) return undefined;
  const reason = `${error.message} ${error.next}`;
  if (holdingCodes.has(error.code)) return { state: 'authorisation-lost', reason };
  if (finalCodes.has(error.code)) return { state: 'rejected', reason: error.message };
  return undefined;
}

type Clean = (text: string) => string;

function cleanFate(fate: Fate, clean: Clean): Fate {
  return { ...fate, reason: clean(fate.reason) };
}

function cleanLookUp(said: LookUp, clean: Clean): LookUp {
  if (said.state === 'found') return { ...said, receipt: cleanReceipt(said.receipt, clean) };
  return said.state === 'cannot-tell' ? { ...said, why: clean(said.why) } : said;
}

function cleanReceipt(receipt: Receipt, clean: Clean): Receipt {
  return {
    remoteId: clean(receipt.remoteId),
    ...(receipt.url === undefined ? {} : { url: clean(receipt.url) }),
    ...(receipt.data && { data: cleanFields(Object.entries(receipt.data), clean) }),
  };
}

function cleanLooked(looked: Looked | undefined, clean: Clean): Looked | undefined {
  return looked && { found: cleanJson(looked.found, clean), problems: looked.problems.map(clean) };
}

function cleanLeftover(left: Leftover | undefined, clean: Clean): Leftover | undefined {
  return left && { what: clean(left.what), ...(left.url === undefined ? {} : { url: clean(left.url) }) };
}

/** Its steps are sent as they are; they were made of steps and receipts without secrets. */
function cleanRetraction(made: Retraction | undefined, clean: Clean): Retraction {
  if (!made) return { why: 'the platform has no way to' };
  return 'why' in made ? { why: clean(made.why) } : made;
}

function cleanJson(value: Json, clean: Clean): Json {
  if (typeof value === 'string') return clean(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((inner) => cleanJson(inner, clean));
  return cleanFields(Object.entries(value), clean);
}

function cleanFields(fields: readonly [string, Json][], clean: Clean): { [key: string]: Json } {
  return Object.fromEntries(fields.map(([key, inner]) => [clean(key), cleanJson(inner, clean)]));
}
