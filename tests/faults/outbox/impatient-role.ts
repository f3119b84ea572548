/** Loaded ahead of a process of role `publisher`: its minutes become seconds, as `impatient` does it for the workers. */
import { takeOut } from '../taken-out.ts';
import { attemptTimeoutMs, settleDelayMs } from './patience.ts';

takeOut('patience', [
  {
    file: '/src/publishing/outbox/outbox.ts',
    guard: 'leaseMs: 60_000',
    without: `leaseMs: ${3 * attemptTimeoutMs}`,
  },
  {
    file: '/plugins/discord/index.ts',
    guard: 'attemptTimeoutMs: 30_000',
    without: `attemptTimeoutMs: ${attemptTimeoutMs}`,
  },
  {
    file: '/plugins/discord/index.ts',
    guard: 'settleDelayMs: 5_000',
    without: `settleDelayMs: ${settleDelayMs}`,
  },
]);
