import { publishCreate } from '#contracts/actions/publish.ts';
import { publishConnect, targetAdd } from '#contracts/actions/targets.ts';
import { isGuildmeshError } from '#core/errors.ts';
import { type GuildScrubber, Scrubber } from '#core/scrubber.ts';
import { guildId, otherGuildId, person, publishingWorld } from '../../publishing/support/publishing-bench.ts';
import { SpeakingTarget } from '../../publishing/support/speaking-target.ts';
import { seeded } from '../../support/seeded.ts';
import { memoryFolder } from '../../support/temporary-folder.ts';
import { credentialText } from './credential-text.ts';

export interface CredentialFaultsInit {
  /** Typed by one guild's manager, each followed by a write of another guild. */
  credentials: number;
  seed?: number;
}

export interface CredentialOutcome {
  credentials: number;
  writes: number;
  /** Writes of the other guild that were answered with anything but their result, by code. */
  failures: Readonly<Record<string, number>>;
  failureCount: number;
  /** Writes without a readable row of their input. */
  lostRows: number;
}

export interface CredentialFaultsReport extends CredentialOutcome {
  /** Redaction in the serialised text, and every credential counting for every guild. */
  control: CredentialOutcome;
  ok: boolean;
}

const controlShare = 20;

/** What one guild's credentials cost another guild: nothing, where the control loses nearly everything. */
export async function runCredentialFaults(init: CredentialFaultsInit): Promise<CredentialFaultsReport> {
  const { credentials, seed = 1 } = init;
  const outcome = await typedAndWritten({ credentials, seed }, new Scrubber());
  const few = Math.max(50, Math.ceil(credentials / controlShare));
  const control = await typedAndWritten({ credentials: few, seed }, new EverybodysScrubber());
  const isClean = outcome.failureCount + outcome.lostRows === 0;
  const controlFails = control.failureCount > 0 && control.lostRows > 0;
  return { ...outcome, control, ok: isClean && outcome.writes === credentials && controlFails };
}

/** As it must not be: it edits JSON by its text, and what one guild typed counts for all. */
class EverybodysScrubber extends Scrubber {
  override redact(value: unknown): unknown {
    return JSON.parse(this.scrub(JSON.stringify(value)));
  }

  override of(guildId: string): GuildScrubber {
    return {
      ...super.of(guildId),
      find: (text) => this.find(text),
      scrub: (text) => this.scrub(text),
      scrubTelling: (text) => this.scrub(text),
    };
  }
}

const about = { name: 'one', publisher: 'discord', policy: 'none' } as const;
const other = person('9', 'manager', otherGuildId);
const fields = { credentials: [{ name: 'secret', help: 'x', required: false }] };
/** The JSON that credentials are cut from looks like this. */
const inputOf = (body: string) => ({
  guildId: otherGuildId,
  content: { title: 'The release of today', body },
  targets: ['one'],
});

async function typedAndWritten(
  init: Required<CredentialFaultsInit>,
  scrubber: Scrubber,
): Promise<CredentialOutcome> {
  using folder = memoryFolder();
  const publishers = [new SpeakingTarget().speaker('discord', fields)];
  const world = await publishingWorld({ publishers, folder: folder.path, scrubber, logLevel: 'silent' });
  try {
    return await race(init, world);
  } finally {
    await world.stop();
  }
}

type World = Awaited<ReturnType<typeof publishingWorld>>;

async function race({ credentials, seed }: Required<CredentialFaultsInit>, world: World) {
  const random = seeded(seed);
  const json = JSON.stringify({ input: inputOf('see what is new'), outcome: 'ok', actor: 'guild-member:1' });
  await world.act(targetAdd, { ...about, guildId });
  await world.act(targetAdd, { ...about, guildId: otherGuildId }, other);
  const failures: Record<string, number> = {};
  let writes = 0;
  for (let index = 0; index < credentials; index++) {
    const secret = credentialText(random, json);
    await typed(world, secret);
    try {
      const body = `see what is new: ${secret.toWellFormed()} (${index})`;
      await world.act(publishCreate, inputOf(body), other);
    } catch (error) {
      const code = isGuildmeshError(error) ? error.code : 'DEFECT';
      failures[code] = (failures[code] ?? 0) + 1;
    }
    writes += 1;
  }
  const failureCount = Object.values(failures).reduce((sum, count) => sum + count, 0);
  const kept = await rowsOf(world);
  return { credentials, writes, failures, failureCount, lostRows: writes - kept };
}

/** As a manager does: by the link, on the page behind it. */
async function typed(world: World, secret: string): Promise<void> {
  // What a broken audit row of the control costs its own guild isn't asked here.
  const { link } = await world.act(publishConnect, { guildId, target: 'one' });
  await world.publishing.connections.redeem(link?.url.split('#')[1] ?? '', { secret });
}

/** How many writes of the other guild have a row that holds their input. */
async function rowsOf({ db }: World): Promise<number> {
  const rows = await db
    .selectFrom('audit')
    .select('input')
    .where('guild_id', '=', otherGuildId)
    .where('action', '=', publishCreate.name)
    .execute();
  return rows.filter(({ input }) => hasInput(input)).length;
}

function hasInput(text: string | null): boolean {
  const input: unknown = parsed(text ?? '');
  return typeof input === 'object' && input !== null && Object.keys(input).length === 3;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
