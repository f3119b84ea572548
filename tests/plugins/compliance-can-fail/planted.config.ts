import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['tests/plugins/compliance-can-fail/planted.suite.ts'], testTimeout: 20_000, retry: 0 },
});
