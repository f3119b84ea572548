import { defineConfig } from 'vitest/config';
import { CountReporter } from './tests/support/count-reporter.ts';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Two noisy cores: real processes, sockets and browsers in several files at once starve each other.
    maxWorkers: 2,
    // For what the machine does to a test of real time and sockets; the reporter names each that needed it.
    retry: 1,
    reporters: ['default', new CountReporter()],
  },
});
