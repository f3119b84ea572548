/** Loaded ahead of a hub: it sends again without looking whether the first attempt landed. */
import { takeOut } from '../taken-out.ts';

takeOut('look-up', [
  {
    file: '/src/publishing/outbox/outbox.ts',
    guard: 'lookUpBeforeRetry: true',
    without: 'lookUpBeforeRetry: false',
  },
]);
