import type { CaptureRule, ConsentChoice } from '#contracts/consent-store.ts';

export interface Schema {
  capture_rule: { guild_id: string; rule: CaptureRule; set_at_ms: number };
  capture_consent: { guild_id: string; user_id: string; choice: ConsentChoice; chosen_at_ms: number };
}
