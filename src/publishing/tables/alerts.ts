/** What needs a person, and the messages about it. Portable between SQLite and Postgres. */
export interface AlertTables {
  alert_item: AlertItemTable;
  alert_card: AlertCardTable;
  alert_channel: AlertChannelTable;
}

/** One item that needs a person. Written in the transaction of its cause, so that no crash can come between. */
export interface AlertItemTable {
  /** Made from its subject: the same item is reported once, whatever finds it and however often. */
  id: string;
  guild_id: string;
  /**
   * `failed`, `unknown`, `approval`: about a delivery. `hold`: about a target. `missed`, `chain`: about what was to be
   * published. `vault`, `token`: about the hub. `test`: somebody wanted to see one.
   */
  kind: 'failed' | 'unknown' | 'approval' | 'hold' | 'missed' | 'chain' | 'vault' | 'token' | 'test';
  /** What its messages are gathered by: the target's id, or that of a schedule, chain, milestone; else its kind. */
  topic: string;
  delivery_id: string | null;
  /** For people, not yet scrubbed; null: the delivery's own error is used. */
  text: string | null;
  at_ms: number;
  /** The message that reports it; null: none yet. */
  card_id: string | null;
}

/** One message. Further items of its topic join it for an hour. */
export interface AlertCardTable {
  id: string;
  guild_id: string;
  channel_id: string;
  /** Topic of its items; `*`: all items that came when the channel had its share of messages. */
  topic: string;
  opened_at_ms: number;
  /** Discord's id; null: not posted yet. */
  message_id: string | null;
  /** The guild's alert channel, if that couldn't be written to and nobody was notified yet. */
  instead_of: string | null;
}

/** Where a guild wants its alerts; without a row they go where each target was added. */
export interface AlertChannelTable {
  guild_id: string;
  channel_id: string;
  set_by: string;
  set_at_ms: number;
  /** 1: it was reported once that it can't be written to. */
  fallback_told: number;
}
