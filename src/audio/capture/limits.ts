/** Named limits of hearing a channel: what can grow, and how long anything is held. */

/** A talk begins to play when this much of it is here: evens out the way from the speaker. */
export const speakerDelayFrames = 3;
/** Held of one speaker beyond that, the oldest goes. */
export const speakerFramesMax = 25;
/** Without a packet for this long the talk is over; Discord's clients end it with five silence frames before. */
export const talkEndFrames = 15;
/** A timestamp this far from the expected one begins another talk. */
export const talkJumpFrames = 50;

/** Mixed at once; who began to speak first stays. */
export const speakersMixedMax = 10;
/** Known at once in one channel: Discord's largest voice channel holds 99, a stage more, who take turns. */
export const speakersKnownMax = 128;
/** After the second speaker stopped, mixing goes on this long: back and forth would be heard. */
export const mixHoldFrames = 25;
/** Packets given to a fresh decoder first, so that it doesn't start in the middle of a word. */
export const primingPackets = 3;
/** A decoder that wasn't needed for this long is freed. */
export const decoderIdleFrames = 500;

/** Packets that wait to be sent on; the oldest goes. */
export const packetsHeldMax = 50;
/** How often it is looked whether the bot is still in the channel. */
export const sessionLookMs = 1_000;

/** Channels of which is kept for whom they were announced. */
export const noticedChannelsMax = 5_000;
