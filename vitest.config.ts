import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { CountReporter } from './tests/support/count-reporter.ts';
import { runFolder, sharedFolderVariable } from './tests/support/run-folder.ts';
import { SlowFirst } from './tests/support/slow-first.ts';

/** Whole processes, browsers, and whoever mocks modules that other files have loaded. */
const alone = [
  'tests/process/**/*.test.ts',
  'tests/faults/**/*.test.ts',
  'tests/**/*.browser.test.ts',
  ...globSync('tests/**/*.test.ts').filter((file) => readFileSync(file, 'utf8').includes('vi.mock(')),
];

// Hubs that tests start, and the tests' own processes, compile what they load once, not each for itself.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, 'node_modules/.cache/tests');
process.env[sharedFolderVariable] = runFolder();

/**
 * discord.js identifies on a connection that it has just replaced, where a gateway greets and closes at once; it connects
 * again, and nobody can await that.
 */
function isLateIdentify(message: string, stack: string): boolean {
  return (
    message.startsWith('WebSocket is not open: readyState 0') && stack.includes('WebSocketShard.identify')
  );
}

export default defineConfig({
  test: {
    globalSetup: join(import.meta.dirname, 'tests/support/end-of-run.ts'),
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // What is waited for comes within milliseconds, and on a machine with other work when it can: 1 s was too short.
    expect: { poll: { timeout: 10_000 } },
    // For two cores: most files wait for sound, sockets and pauses longer than they compute.
    maxWorkers: 4,
    // For what the machine does to a test of real time and sockets; the reporter names each that needed it.
    retry: 1,
    onUnhandledError: ({ message, stack = '' }) => !isLateIdentify(message, stack),
    sequence: { sequencer: SlowFirst },
    reporters: ['default', new CountReporter()],
    projects: [
      {
        extends: true,
        // Files share a process and its modules: nothing is loaded twice, which halves the CPU of most of them.
        test: {
          name: 'together',
          isolate: false,
          include: ['tests/**/*.test.ts'],
          exclude: alone,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        // Each starts several processes, whose sound is real: four at once starved each other on two cores.
        test: {
          name: 'alone',
          include: alone,
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
          // A test starts several hubs, each of which takes seconds where others are busy.
          testTimeout: 90_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
