/** Offered by scheduling: turns a planned local time into an instant. */
export interface WallTime {
  /**
   * `text` is for people: "Thu 24 Dec 2026, 18:00 Europe/Berlin (UTC+1)". `note` mentions a daylight-saving gap or
   * overlap. Throws SCHEDULE_* for a zone or a date that doesn't exist.
   */
  resolve(planned: PlannedTime): { atMs: number; text: string; note?: string };
  /** The zone as it is listed: "Europe/Berlin" for "europe/berlin". Throws SCHEDULE_ZONE_UNKNOWN. */
  zone(name: string): string;
}

export interface PlannedTime {
  /** Local date and time without offset: "2026-12-24T18:00". */
  local: string;
  /** IANA zone: "Europe/Berlin". */
  zone: string;
}
