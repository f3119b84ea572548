import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * What takes longest starts first, so that nothing long is left for the end, when the other workers have nothing to do.
 * A first run knows no durations, and would begin with the largest files.
 */
const slow = [
  'faults/outbox.test.ts',
  'process/failing-start.test.ts',
  'process/publisher-role.test.ts',
  'process/titles.test.ts',
  'process/start.test.ts',
  'process/main-path.test.ts',
  'process/chain.test.ts',
  'process/first-minute.browser.test.ts',
  'audio/source/continued.test.ts',
  'audio/source/silent-track.test.ts',
  'audio/voice/closing.test.ts',
  'mesh/protocols/audio/tree.test.ts',
  'publishing/outbox/runner.test.ts',
  'publishing/seals/vault.test.ts',
  'scheduling/simulated-year.test.ts',
  'bin/new.test.ts',
];

export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const index = slow.findIndex((each) => moduleId.endsWith(`/tests/${each}`));
      return index < 0 ? slow.length : index;
    };
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}
