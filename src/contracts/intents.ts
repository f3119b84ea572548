/**
 * What people wanted running: node, broadcasts, relays, panels that follow what they show, the audiences that notices of
 * live channels named, the communities that hear a player. Written when an action succeeds, cleared when a person (or a
 * kick) ends it, replayed at start. Survives kill -9.
 */
export interface Intent {
  /** `relay-settings`: of earlier versions; a guild's settings take them over. */
  kind: 'node' | 'broadcast' | 'relay' | 'relay-settings' | 'panel' | 'live-audience' | 'player-share';
  /**
   * Unique per kind: '' for the node, the broadcast's id, the voice channel's id (for relays and notices), the guild's
   * id (for settings and players), the message's id.
   */
  key: string;
  payload: Record<string, unknown>;
  /** `actorKey` of the person who wanted it. */
  wantedBy: string;
  createdAtMs: number;
}

export interface IntentStore {
  list(kind: Intent['kind']): Promise<Intent[]>;
  put(intent: Intent): Promise<void>;
  remove(kind: Intent['kind'], key: string): Promise<void>;
}
