import type { Step } from '#contracts/publisher.ts';

/** Steps of earlier versions published a release first and uploaded its files afterwards. */
export function outdated(steps: readonly Step[]): string | undefined {
  const release = steps.find(({ kind }) => kind === 'release');
  const hasFiles = steps.some(({ kind }) => kind === 'asset');
  if (!release || !hasFiles || release.payload.draft === true) return undefined;
  return 'it was planned as a release that is published before its files are there; now the files come first';
}
