import { sameName } from '#core/text/names.ts';
import { suggest } from '#core/text/suggest.ts';
import { scheduleErrors } from '../errors.ts';
import { Zone } from './zone.ts';

/** Zones kept in memory; a zone takes some 50 KiB. */
const zonesKeptMax = 64;

/** Texts people write for a zone that name an offset or several places instead. */
const abbreviations: Readonly<Record<string, string>> = {
  est: 'America/New_York',
  edt: 'America/New_York',
  cst: 'America/Chicago',
  cdt: 'America/Chicago',
  mst: 'America/Denver',
  mdt: 'America/Denver',
  pst: 'America/Los_Angeles',
  pdt: 'America/Los_Angeles',
  gmt: 'Europe/London',
  bst: 'Europe/London',
  wet: 'Europe/Lisbon',
  cet: 'Europe/Berlin',
  cest: 'Europe/Berlin',
  mez: 'Europe/Berlin',
  eet: 'Europe/Athens',
  msk: 'Europe/Moscow',
  ist: 'Asia/Kolkata',
  jst: 'Asia/Tokyo',
  hkt: 'Asia/Hong_Kong',
  aest: 'Australia/Sydney',
  aedt: 'Australia/Sydney',
  nzst: 'Pacific/Auckland',
  nzdt: 'Pacific/Auckland',
  z: 'UTC',
};

/** Finds zones by their IANA names, aliases included. */
export class Zones {
  readonly #kept = new Map<string, Zone>();

  /** Throws SCHEDULE_ZONE_UNKNOWN with the nearest name. */
  get(name: string): Zone {
    const kept = this.#kept.get(name);
    if (kept) return kept;
    const zone = zoneNamed(name);
    if (!zone) throw scheduleErrors.SCHEDULE_ZONE_UNKNOWN({ zone: name, suggestion: nearestZone(name) });
    if (this.#kept.size >= zonesKeptMax) this.#kept.clear();
    this.#kept.set(name, zone);
    return zone;
  }
}

/**
 * Abbreviations are refused although Intl accepts some: its EST is Panama's all year, which is hardly ever meant.
 * Offsets are refused as well, since they know no daylight saving.
 */
function zoneNamed(name: string): Zone | undefined {
  const text = name.trim();
  if (text.toUpperCase() === 'UTC') return new Zone('UTC');
  if (!/^[A-Za-z]+\/[A-Za-z0-9_+/-]+$/.test(text)) return undefined;
  try {
    return new Zone(asListed(text));
  } catch {
    return undefined;
  }
}

/** "america/new_york" as the list spells it. */
function asListed(text: string): string {
  const listed = Intl.supportedValuesOf('timeZone').find((name) => sameName(name, text));
  return listed ?? text;
}

function nearestZone(name: string): string | undefined {
  const text = name.trim().replaceAll(' ', '_');
  const meant = abbreviations[text.toLowerCase()];
  if (meant) return meant;
  const names = Intl.supportedValuesOf('timeZone');
  const cities = new Map(names.map((zone) => [zone.slice(zone.lastIndexOf('/') + 1), zone]));
  const city = cityOf(text, [...cities.keys()]);
  return (city && cities.get(city)) ?? suggest(text, names);
}

function cityOf(text: string, cities: readonly string[]): string | undefined {
  const last = text.slice(text.lastIndexOf('/') + 1);
  if (last.length < 3) return undefined;
  return suggest(last, cities);
}
