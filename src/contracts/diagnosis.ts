/** One line of `/doctor`: what was looked at, whether it holds, and how to mend it. */
export interface Finding {
  /** Stable, for tests and docs: "permission.speak", "dependency.ffmpeg". */
  id: string;
  level: 'ok' | 'warning' | 'problem';
  /** One sentence. */
  text: string;
  /** The exact next step; absent when all is well. */
  fix?: string;
  /** What members are told in place of both, where the text tells versions or weaknesses. */
  plain?: string;
}

export interface DiagnosisScope {
  guildId: string;
  /** The voice channel asked about, if any. */
  channelId?: string;
}

/** Each service examines what it owns; the hub collects them. Must not throw, bounded by the signal. */
export interface Examiner {
  examine(scope: DiagnosisScope, signal: AbortSignal): Promise<Finding[]>;
}
