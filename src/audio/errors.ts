import { defineErrors } from '#core/errors.ts';

/** Errors of sources and broadcasts. `source` is what the person typed, cut to 200 characters. */
export const audioErrors = defineErrors({
  AUDIO_URL_INVALID: {
    kind: 'user',
    message: (d: { source: string; reason: string }) =>
      `“${d.source}” is not an address that can be fetched: ${d.reason}.`,
    next: () => 'Give a plain address such as https://radio.example/stream, without user name or password.',
  },
  AUDIO_SCHEME_REFUSED: {
    kind: 'user',
    message: (d: { source: string; scheme: string }) => `Sources are not opened by “${d.scheme}”.`,
    next: () => 'Use an http or https address, or put the file into the library folder and give its name.',
  },
  AUDIO_ADDRESS_REFUSED: {
    kind: 'user',
    message: (d: { host: string; port: number }) =>
      `“${d.host}:${d.port}” is not a public address, and only those are fetched.`,
    next: (d: { host: string; port: number }) =>
      `Use a public address; for a radio of your own network the operator adds “${d.host}:${d.port}” to audio.allowedPrivateHosts.`,
  },
  AUDIO_REDIRECT_REFUSED: {
    kind: 'remote',
    message: (d: { host: string; reason: string }) =>
      `“${d.host}” sent us on in a way that is not followed: ${d.reason}.`,
    next: () => 'Open the address in a browser and give the address it ends at.',
  },
  AUDIO_HTTP_STATUS: {
    kind: 'remote',
    message: (d: { host: string; status: number; meaning: string; next: string }) =>
      `“${d.host}” ${d.meaning}.`,
    next: (d: { next: string }) => d.next,
  },
  AUDIO_PARTS_REFUSED: {
    kind: 'remote',
    message: (d: { host: string }) =>
      `“${d.host}” sends no parts of files, and this HLS playlist names its sound by parts.`,
    next: () => 'Give another address of the station: HLS with whole segments, or its MP3 or AAC stream.',
  },
  AUDIO_UNREACHABLE: {
    kind: 'remote',
    message: (d: { host: string; reason: string }) => `“${d.host}” could not be reached: ${d.reason}.`,
    next: () => 'Check the host name and that the station is on the air, then start the broadcast again.',
  },
  AUDIO_NOT_AUDIO: {
    kind: 'user',
    message: (d: { source: string; found: string; next?: string }) =>
      `“${d.source}” holds no audio that can be played: ${d.found}.`,
    next: (d: { next?: string }) => d.next ?? 'Give another file, folder or address.',
  },
  AUDIO_CODEC_CLOSED: {
    kind: 'user',
    message: (d: { source: string; codec: string }) =>
      `“${d.source}” has its sound in ${d.codec}, which isn’t decoded here.`,
    next: () => 'Convert it, to Opus for example: ffmpeg -i in -vn -c:a libopus out.opus.',
  },
  AUDIO_TRACK_SILENT: {
    kind: 'user',
    message: (d: { source: string; silent: number; heard: number }) =>
      `Audio track ${d.silent} of “${d.source}”, which players choose by themselves, is silent: track ${d.heard} is heard.`,
    next: (d: { heard: number }) =>
      `Nothing, if that is the right one; to mark it as the default: ffmpeg -i in.mkv -map 0 -c copy -disposition:a 0 -disposition:a:${d.heard - 1} default out.mkv.`,
  },
  AUDIO_RENDITION_SILENT: {
    kind: 'user',
    message: (d: { source: string; silent: string; heard: string }) =>
      `The rendition “${d.silent}” of “${d.source}”, which players choose by themselves, is silent: “${d.heard}” is heard.`,
    next: () =>
      'Nothing, if that is the right one; for another, give the address of its own playlist, which the playlist names after “URI=”.',
  },
  AUDIO_PLAYLIST_REFUSED: {
    kind: 'user',
    message: (d: { source: string; reason: string }) =>
      `The playlist “${d.source}” is not followed: ${d.reason}.`,
    next: () =>
      'Open the playlist in a text editor and give the address of a stream in it; HLS stations often have an MP3 address too.',
  },
  AUDIO_SOURCE_UNKNOWN: {
    kind: 'user',
    message: (d: { source: string; suggestion?: string }) =>
      `There is no source “${d.source}” in the library.`,
    next: (d: { source: string; suggestion?: string }) =>
      d.suggestion
        ? `Did you mean “${d.suggestion}”? /broadcast start completes names as you type.`
        : 'Type “sample”, an http or https address, or a file name that /broadcast start offers.',
  },
  AUDIO_ARTIFACT_GONE: {
    kind: 'user',
    message: () => 'This upload or recording isn’t kept here, or not any more.',
    next: () => 'Upload it again, or choose one of those that are suggested as you type.',
  },
  AUDIO_RECORDING_PROMISED: {
    kind: 'user',
    message: (d: { recording: string; promised: string; wanted: string }) =>
      `“${shown(d.recording)}” was broadcast to be heard by ${d.promised}; here it would be heard by ${d.wanted}.`,
    next: () => 'Play it where only those people hear it.',
  },
  AUDIO_SOURCE_UNREADABLE: {
    kind: 'operator',
    message: (d: { source: string }) => `The file “${d.source}” can’t be read.`,
    next: () => 'The operator gives the hub’s user read access to the library folder and its files.',
  },
  AUDIO_SOURCE_TIMEOUT: {
    kind: 'remote',
    message: (d: { source: string; timeoutMs: number; stage: 'asked' | 'opened' | 'played' }) =>
      liveChannel(d.source, d.stage) ??
      {
        asked: `“${d.source}” gave nothing to be heard within ${d.timeoutMs / 1_000} s of being asked.`,
        opened: `“${d.source}” answered, and gave no audio within ${d.timeoutMs / 1_000} s.`,
        played: `“${d.source}” played, and has given no audio for ${d.timeoutMs / 1_000} s.`,
      }[d.stage],
    next: (d: { source: string; stage: 'asked' | 'opened' | 'played' }) =>
      d.stage === 'played'
        ? 'Nothing: it is tried again by itself; /broadcast list shows the state.'
        : liveChannel(d.source, d.stage)
          ? 'Speak there; each person agrees with /consent give.'
          : 'Check that the station is on the air and gives audio, then start the broadcast again.',
  },
  AUDIO_SOURCE_LOST: {
    kind: 'remote',
    message: (d: { source: string; again?: boolean }) => `“${d.source}” broke off.`,
    next: (d: { again?: boolean }) =>
      d.again === false
        ? 'Start it again; if it breaks off again, give another source or a second one that takes over.'
        : 'Nothing: it is tried again by itself; /broadcast list shows the state.',
  },
  AUDIO_SOURCE_STUCK: {
    kind: 'remote',
    message: (d: { source: string; times: number }) =>
      `“${d.source}” breaks off at the same place each time: it was begun anew ${d.times} times without getting further.`,
    next: () =>
      'Give another address of the same sound, or put the file into the library folder and give its name.',
  },
  AUDIO_SOURCE_CHANGED: {
    kind: 'remote',
    message: (d: { source: string; reason: string }) =>
      `“${d.source}” was replaced while it played, so it can’t be continued: ${d.reason}.`,
    next: () => 'Start it again to hear what is there now.',
  },
  AUDIO_SOURCE_SLOW: {
    kind: 'remote',
    message: (d: { source: string; percent: number }) =>
      `“${d.source}” gives only ${d.percent} % of the audio that its playing takes.`,
    next: () => 'Nothing: it is tried again by itself; if it stays slow, give another source.',
  },
  AUDIO_SOURCE_LOOPS: {
    kind: 'user',
    message: (d: { source: string; reason: string }) => `“${d.source}” is not broadcast again: ${d.reason}.`,
    next: () => 'Broadcast from its first source, or relay it: /relay start plays it into a channel.',
  },
  AUDIO_DECODERS_BUSY: {
    kind: 'user',
    message: (d: { decodersMax: number; of: string }) =>
      `${d.decodersMax} sources are being decoded, which is the limit of ${d.of}.`,
    next: () =>
      'Stop a broadcast, use Ogg Opus with 20 ms frames, which needs no decoder, or the operator raises audio.decodersMax.',
  },
  AUDIO_FFMPEG_MISSING: {
    kind: 'operator',
    message: (d: { program: string }) =>
      `This source has to be decoded, and ffmpeg (“${d.program}”) is not installed.`,
    next: () =>
      'Install ffmpeg on the hub’s machine or set audio.ffmpegPath; Ogg Opus files with 20 ms frames and “sample” play without it.',
  },
  AUDIO_FFMPEG_UNFIT: {
    kind: 'operator',
    message: (d: { program: string; reason: string }) =>
      `The ffmpeg “${d.program}” can’t be used: ${d.reason}.`,
    next: () =>
      'Install an ffmpeg built with libopus, such as the one of Debian or Homebrew, or set audio.ffmpegPath to one.',
  },
  AUDIO_TOO_MANY_BROADCASTS: {
    kind: 'user',
    message: (d: { broadcastsMax: number }) =>
      `${d.broadcastsMax} broadcasts are running, which is the limit of this hub.`,
    next: () => 'Stop one with /broadcast stop, or the operator raises audio.broadcastsMax.',
  },
  AUDIO_TOO_MANY_BROADCASTS_HERE: {
    kind: 'user',
    message: (d: { broadcastsPerGuildMax: number }) =>
      `This server has ${d.broadcastsPerGuildMax} broadcasts running, which is the limit of each server.`,
    next: () => 'Stop one with /broadcast stop, or the operator raises audio.broadcastsPerGuildMax.',
  },
  AUDIO_OF_ANOTHER_SERVER: {
    kind: 'user',
    message: (d: { broadcast: string }) =>
      `“${d.broadcast}” is a broadcast of another server of this community, which alone ends and changes it.`,
    next: () => 'Use the command there; here it can be heard: /relay start.',
  },
  AUDIO_OWNER_NOT_HOME: {
    kind: 'user',
    message: (d: { broadcast: string }) =>
      `The server that broadcasts “${d.broadcast}” is no longer a home server of this hub, so the broadcast ends.`,
    next: () =>
      'When an operator runs /access home add there, it is on again: then /relay start plays it here.',
  },
  AUDIO_SOURCE_NOT_PASSED_ON: {
    kind: 'user',
    message: (d: { source: string }) =>
      `“${d.source}” is not broadcast again: whoever makes it doesn’t offer it to everyone they trust.`,
    next: () => 'Ask them to offer it to their neighbours, or hear it here: /relay start.',
  },
  AUDIO_TOO_MANY_LISTS: {
    kind: 'user',
    message: (d: { programmesMax: number }) =>
      `Relays of this hub play ${d.programmesMax} different lists of sources, which is its limit.`,
    next: () =>
      'Give the relay the same list that another has, leave its second source out, or stop one with /relay stop.',
  },
  AUDIO_SINGLE_SOURCE: {
    kind: 'user',
    message: (d: { broadcast: string }) => `“${d.broadcast}” has one source, so there is no next one.`,
    next: () =>
      'End it and start it with further sources: second, third and fourth of /broadcast start and /relay start.',
  },
  AUDIO_NO_NEXT_SOURCE: {
    kind: 'remote',
    message: (d: { broadcast: string }) => `None of the other sources of “${d.broadcast}” gives sound now.`,
    next: () => 'Look at /broadcast list or /relay status; the source in use goes on.',
  },
  AUDIO_UNKNOWN_BROADCAST: {
    kind: 'user',
    message: (d: { broadcast: string }) => `“${d.broadcast}” isn’t playing, or not any more.`,
    next: () => 'See /broadcast list for what can be played and stopped now.',
  },
  AUDIO_BROADCAST_AMBIGUOUS: {
    kind: 'user',
    message: (d: { broadcast: string; references: string[] }) =>
      `More than one trusted community has a broadcast “${d.broadcast}”: ${d.references.join(', ')}.`,
    next: (d) => `Give the one that is meant, such as ${d.references[0] ?? ''}.`,
  },
  AUDIO_BROADCAST_FULL: {
    kind: 'remote',
    message: (d: { broadcast: string; subscribersMax: number }) =>
      `The broadcast “${d.broadcast}” serves ${d.subscribersMax} subscribers already.`,
    next: () => 'Try again later, or its operator raises audio.subscribersMax.',
  },
  AUDIO_BROADCAST_STOPPED: {
    kind: 'user',
    message: (d: { broadcast: string }) =>
      `The broadcast “${d.broadcast}” was stopped before its first audio came.`,
    next: () => 'Start it again with /broadcast start.',
  },
  AUDIO_REFERENCE_INVALID: {
    kind: 'user',
    message: (d: { reference: string }) => `“${d.reference}” doesn’t name a broadcast.`,
    next: () => 'Write it as /broadcast list shows it: id@community, or the id alone.',
  },
  AUDIO_UNKNOWN_COMMUNITY: {
    kind: 'user',
    message: (d: { community: string }) =>
      `No community called “${d.community}” is known here, or several are.`,
    next: () => 'Look at /node peers for the names; if two share one, write the peer id.',
  },
  AUDIO_COMMUNITY_KEY_CHANGED: {
    kind: 'user',
    message: (d: { community: string; broadcastId: string }) =>
      `The community that this was started with is not trusted any more; “${d.community}” has another key now.`,
    next: (d) => `If that is meant, start it again: /relay start broadcast:${d.broadcastId}@${d.community}.`,
  },
  AUDIO_COMMUNITY_UNTRUSTED: {
    kind: 'user',
    message: (d: { community: string }) =>
      `“${d.community}” is known but not trusted, so its broadcasts can’t be relayed.`,
    next: (d: { community: string }) =>
      `A manager runs /node trust community:${d.community}; its managers do the same for this community.`,
  },
});

/** A live channel that gives no sound is silent, rather than out of order. */
function liveChannel(source: string, stage: string): string | undefined {
  const [, id] = /^channel:\s*(\d{17,20})$/.exec(source.trim()) ?? [];
  if (id === undefined) return undefined;
  if (stage === 'played') return `Nobody in <#${id}> speaks now.`;
  return `Nobody in <#${id}> has spoken yet, or nobody there has agreed to be heard.`;
}

const shownLengthMax = 200;

/** What a person typed, short enough for a sentence. */
export function shown(source: string): string {
  return source.length > shownLengthMax ? `${source.slice(0, shownLengthMax)}…` : source;
}
