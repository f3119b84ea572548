import type { LoopMode } from '#contracts/actions/player.ts';
import type { CaptureRule, ConsentChoice } from '#contracts/consent-store.ts';

/** A source that a player remembers; `facts` is JSON. */
interface RememberedRow {
  guild_id: string;
  source_hash: string;
  source: string;
  facts: string;
  at_ms: number;
}

export type StoredPhase = 'going' | 'paused' | 'stopped' | 'behind';

export interface Schema {
  capture_rule: { guild_id: string; rule: CaptureRule; set_at_ms: number };
  capture_consent: { guild_id: string; user_id: string; choice: ConsentChoice; chosen_at_ms: number };
  player: {
    guild_id: string;
    player_id: string;
    phase: StoredPhase;
    loop_mode: LoopMode;
    resting: string | null;
    current_id: string | null;
    position_ms: number;
  };
  player_item: {
    guild_id: string;
    id: string;
    /** Orders the items of a guild; the current one is before all others. */
    place: number;
    source: string;
    /** JSON */
    facts: string;
    added_by: string;
    added_by_name: string;
  };
  /** `facts` is JSON. */
  player_upload: {
    guild_id: string;
    cid: string;
    user_id: string;
    size_bytes: number;
    facts: string;
    at_ms: number;
  };
  player_favourite: RememberedRow;
  player_recent: RememberedRow;
}
