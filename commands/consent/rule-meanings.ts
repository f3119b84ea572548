import type { CaptureRule } from '#contracts/consent-store.ts';

export const ruleMeanings: Record<CaptureRule, string> = {
  ask: 'only who gave consent is heard',
  notice: 'everyone is heard but who withdrew',
  off: 'no live channel is broadcast',
};
