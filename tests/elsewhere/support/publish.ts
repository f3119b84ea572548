import type {
  PublicationContent,
  Publisher,
  PublisherPlugin,
  Receipt,
  TokenPair,
} from '#contracts/publisher.ts';
import { assembled } from '#publishing/publishers.ts';
import { artifactsOf, attemptAt, heldTokens, key, mediaOf } from '../../plugins/compliance/attempt.ts';

export interface PublishingInit<Options> {
  plugin: PublisherPlugin<Options>;
  options: object;
  /** Base addresses, by the names that the publisher declares. */
  addresses: Record<string, string>;
  routes?: Record<string, string>;
  credentials: Record<string, string>;
  tokens?: TokenPair;
  content?: Partial<PublicationContent>;
  files?: readonly { bytes: Uint8Array; name: string; mediaType: string; altText?: string }[];
}

const triesMax = 4;

/** The real publisher, as the outbox runs it: an attempt of unknown fate is looked up before anything is sent again. */
export async function publishing<Options>(init: PublishingInit<Options>) {
  const { plugin, options, addresses, routes, credentials, files = [] } = init;
  const publisher: Publisher<Options> = await assembled(plugin);
  const artifacts = artifactsOf(files.map(({ bytes }) => bytes));
  const rotating = heldTokens(init.tokens);
  const firstAttemptAtMs = Date.now();
  let attempts = 0;
  const attempt = (dryRun = false) =>
    attemptAt(
      { addresses, ...(routes && { routes }) },
      {
        credentials,
        artifacts,
        tokens: rotating,
        firstAttemptAtMs,
        dryRun,
        context: { attempt: ++attempts },
        ...(plugin.describe.signInPaths && { signInPaths: plugin.describe.signInPaths }),
        ...(plugin.describe.publicAddressesOnly && { publicOnly: { allowedPrivateHosts: ['127.0.0.1'] } }),
      },
    );
  const parsed = publisher.describe.options.parse(options);
  const content: PublicationContent = {
    title: 'Version 1.2',
    body: 'It is **done**.',
    tags: ['v1.2.0'],
    media: files.map(({ bytes, name, mediaType, altText }) => ({
      ...mediaOf(bytes, name, mediaType),
      ...(altText !== undefined && { altText }),
    })),
    ...init.content,
  };

  async function step(receipts: Record<string, Receipt>, each: Parameters<Publisher['execute']>[1]) {
    const fates: string[] = [];
    for (let tries = 0; tries < triesMax; tries++) {
      try {
        return await publisher.execute(attempt(), each, receipts);
      } catch (error) {
        const fate = publisher.classify(error);
        fates.push(`${fate.state}: ${fate.reason}`);
        if (fate.state !== 'unknown' && fate.state !== 'not-sent') break;
      }
      const found = await publisher.find(attempt(), each, receipts);
      if (found.state === 'found') return found.receipt;
    }
    throw new Error(`${each.id} did not land: ${fates.join('; ')}`);
  }

  return {
    publisher,
    context: attempt,
    verify: () => publisher.verify(attempt(true), parsed),
    /** The receipts of all steps, by the step's name. */
    async deliver(): Promise<Record<string, Receipt>> {
      const { steps, problems } = publisher.render(content, parsed, { key, createdAtMs: firstAttemptAtMs });
      if (problems.length > 0) throw new Error(problems.join('\n'));
      const receipts: Record<string, Receipt> = {};
      for (const each of steps) {
        const receipt = await step(receipts, each);
        const confirmed = await publisher.confirm?.(attempt(), each, receipt);
        receipts[each.id] = confirmed?.state === 'confirmed' ? confirmed.receipt : receipt;
      }
      return receipts;
    },
  };
}
