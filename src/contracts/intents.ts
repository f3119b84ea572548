/**
 * What people wanted running: node, broadcasts, relays, how a guild's relays are to behave, panels that follow what they
 * show, for whom live channels were. Written when an action succeeds, cleared when a person
 * (or a kick) ends it, replayed at start. Survives kill -9.
 */
export interface Intent {
  kind: 'node' | 'broadcast' | 'relay' | 'relay-settings' | 'panel' | 'live-audience';
  /**
   * Unique per kind: '' for the node, the broadcast's id, the voice channel's id (of a relay, and of whom its notices
   * have named), the guild's id, the message's id.
   */
  key: string;
  payload: Record<string, unknown>;
  /** Who wanted it: `actorKey`. */
  wantedBy: string;
  createdAtMs: number;
}

export interface IntentStore {
  list(kind: Intent['kind']): Promise<Intent[]>;
  put(intent: Intent): Promise<void>;
  remove(kind: Intent['kind'], key: string): Promise<void>;
}
