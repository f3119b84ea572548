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
    kinds: [
      {
        id: 'files',
        title: 'Files on Hugging Face',
        help: 'In a model, dataset or space, in any size',
        options: {},
      },
    ],
    credentials: [
      {
        name: 'token',
        label: 'a token',
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
  fromText: {
    noun: 'a repository',
    words: {
      label: 'Repository',
      help: 'Its owner and name, or its address on huggingface.co',
      example: 'acme/news',
    },
    fills: ['repo'],
    sites: ['huggingface.co', 'hf.co'],
    read(text): Record<string, string> | undefined {
      const [, folder, repo] = /^(datasets\/|spaces\/)?([\w.-]+\/[\w.-]+)(?:\/.*)?$/.exec(text) ?? [];
      if (!repo) return undefined;
      const kind = { 'datasets/': 'dataset', 'spaces/': 'space' }[folder ?? ''];
      return kind ? { repo, kind } : { repo };
    },
  },
  load: async () => (await import('./publisher.ts')).publisher,
};
