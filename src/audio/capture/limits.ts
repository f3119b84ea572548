/** Limits of capturing a channel: what can grow, and how long anything is held. */

/** A talk begins to play when this much of it has come: evens out delays from the speaker. */
export const speakerDelayFrames = 3;
/** Frames held of one speaker beyond that; above this the oldest is dropped. */
export const speakerFramesMax = 25;
/** Without a packet for this long the talk is over; Discord's clients end it with five silence frames before. */
export const talkEndFrames = 15;
/** A timestamp this far from the expected one begins another talk. */
export const talkJumpFrames = 50;

/** Mixed at once; those who began to speak first stay. */
export const speakersMixedMax = 10;
/** Tracked at once in one channel: Discord's largest voice channel holds 99, a stage more, who take turns. */
export const speakersKnownMax = 128;
/** Mixing continues this long after the second speaker stopped, because switching back and forth would be heard. */
export const mixHoldFrames = 25;
/** A new decoder is given this many packets first, so that it doesn't start in the middle of a word. */
export const primingPackets = 3;
/** A decoder that wasn't needed for this long is freed. */
export const decoderIdleFrames = 500;

/** Packets that wait to be sent on; above this the oldest is dropped. */
export const packetsHeldMax = 50;
/** How often the code checks that the bot is still in the channel. */
export const sessionLookMs = 1_000;

/** Channels whose announced audiences are remembered. */
export const noticedChannelsMax = 5_000;
