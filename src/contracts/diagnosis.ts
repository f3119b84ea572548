/** One line of `/doctor`: what was checked, whether it holds, and how to fix it. */
export interface Finding {
  /** Stable, for tests and docs: "permission.speak", "dependency.ffmpeg". */
  id: string;
  level: 'ok' | 'warning' | 'problem';
  /** One sentence. */
  text: string;
  /** The exact next step; absent when all is well. */
  fix?: string;
  /** What members read instead of `text` and `fix`, where these reveal versions or weaknesses. */
  plain?: string;
}

export interface DiagnosisScope {
  guildId: string;
  /** The voice channel asked about, if any. */
  channelId?: string;
}

/** Each service examines what it owns; the hub collects the findings. Must not throw; ends with the signal. */
export interface Examiner {
  examine(scope: DiagnosisScope, signal: AbortSignal): Promise<Finding[]>;
}
