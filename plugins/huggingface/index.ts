import type { PublisherPlugin } from '#contracts/publisher.ts';
import { type HuggingfaceOptions, huggingfaceOptions } from './options.ts';

/** Files in model, dataset and space repositories. */
export const huggingface: PublisherPlugin<HuggingfaceOptions> = {
  id: 'huggingface',
  addresses: { hubUrl: { url: 'https://huggingface.co', of: 'the Hugging Face Hub' } },
  describe: {
    title: 'Hugging Face',
    summary: 'Commits texts and files of any size to a model, dataset or space.',
    options: huggingfaceOptions,
    credentials: [
      {
        name: 'token', label: 'a token',
        help: 'A token from huggingface.co/settings/tokens that may write to the repository.',
      },
    ],
    dedupe: 'compare-and-set',
    settleDelayMs: 5_000,
    patienceMs: 5 * 60_000,
    attemptTimeoutMs: 300_000,
    lateGraceMs: 24 * 3_600_000,
    costly: false,
    tellsEnd: true,
  },
  needs: () => [{ name: 'token', required: true }],
  load: async () => (await import('./publisher.ts')).publisher,
};
