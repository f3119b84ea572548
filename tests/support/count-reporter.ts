import type { Reporter, TestModule } from 'vitest/node';

/**
 * One plain line for people who read only the end of a log: "1086 passed, 0 failed, 1 skipped". Tests that passed at
 * the second try are named above it: each is a race to find, not a success.
 */
export class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0, pending: 0 };
    for (const module of modules) {
      if (module.errors().length > 0) counts.failed++;
      for (const test of module.children.allTests()) {
        counts[test.result().state]++;
        if (test.diagnostic()?.flaky)
          process.stdout.write(`\nsecond try: ${module.relativeModuleId} > ${test.fullName}`);
      }
    }
    const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
    process.stdout.write(`\n${counts.passed} passed, ${counts.failed + counts.pending} failed${skipped}\n`);
  }
}
