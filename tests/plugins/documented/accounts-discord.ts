import { RESTJSONErrorCodes } from 'discord-api-types/v10';
import { type Accounts, byCode, never } from './documented-refusals.ts';

const limited = 'too many requests or crossposts (429)';
const described = {
  '429 Client ratelimited response': { row: limited },
  '4XX Client error response': byCode,
};
const token = { row: 'bot’s token missing or wrong (401)' };
const gone = { row: 'channel or server gone (10003, 10004)' };
const type = { row: 'channel of another type (50008, 50024)' };
const limits = { row: 'text, embed, files and titles too long or large (40005, 50035)' };
const forumHook = { row: 'webhook of a forum, or of none (220001, 220003); thread of another channel' };
const tags = { row: 'tag asked for (40067), unknown, or for moderators only' };
const seen = {
  row: 'channel unseen (50001), permission missing (50013), all overwrites counted, of a thread its channel’s',
};
const blocked = {
  row: 'words or files blocked by AutoMod or Discord (200000, 200001, 240000, 400001); too many threads (160006)',
};
const other = (what: string) => never(`belongs to ${what}, which no publication touches`);

export const discordAccounts: Accounts = {
  file: 'discord-full.json',
  prefix: '/api/v10',
  operations: {
    'GET /users/@me': described,
    'GET /channels/{channel_id}': described,
    'GET /guilds/{guild_id}': described,
    'GET /guilds/{guild_id}/roles': described,
    'GET /guilds/{guild_id}/members/{user_id}': described,
    'GET /guilds/{guild_id}/threads/active': described,
    'GET /channels/{channel_id}/threads/archived/public': described,
    'GET /channels/{channel_id}/messages': described,
    'GET /channels/{channel_id}/messages/{message_id}': described,
    'POST /channels/{channel_id}/messages': described,
    'POST /channels/{channel_id}/messages/{message_id}/crosspost': described,
    'POST /channels/{channel_id}/threads': described,
    'DELETE /channels/{channel_id}/messages/{message_id}': described,
    'DELETE /channels/{channel_id}': described,
    'GET /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}': described,
    'DELETE /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}': described,
    'GET /webhooks/{webhook_id}/{webhook_token}': described,
    'POST /webhooks/{webhook_id}/{webhook_token}': described,
  },
  undescribed: [],
  codes: {
    of: () => Object.keys(RESTJSONErrorCodes).filter((name) => Number.isNaN(Number(name))),
    // The first that fits counts.
    accounts: [
      [
        /^(UnknownMember|UserBannedFromThisGuild)$/,
        never('is said of other members: a bot that was put out can’t see the server (10004, 50001)'),
      ],
      [
        /^(InvalidGuild|InvalidAPIVersion|InvalidRequestOrigin|RequestBodyContainsInvalidJSON|ParameterEarlierThanCreation|ProvidedFileTypeIsInvalid|UnknownRole|UnknownUser|InvalidActivityAction)$/,
        never('is about a part of requests that none of the plugin’s has, or that the hub itself writes'),
      ],
      [
        /^(UnknownAccount|UnknownIntegration|UnknownProvider|UnknownToken|UnknownSession|UnknownLobby|BotsCan\w+|OnlyBots\w+|TheMaze\w+|UnderMinimumAge|InvalidAccountType|ServerNotAvailableInYourLocation|FailedToGenerateUniqueUsername|VerifyYourAccount)$/,
        other('accounts of people'),
      ],
      [/^(Unauthorized|InvalidToken|ConnectionHasBeenRevoked)$/, token],
      [/^(UnknownChannel|UnknownGuild)$/, gone],
      [
        /^(UnknownWebhook|UnknownWebhookService|InvalidWebhookToken)$/,
        { row: 'webhook gone (10015), its token wrong (50027)' },
      ],
      [/^(MissingAccess|MissingPermissions|CannotReplyWithout\w+)$/, seen],
      [
        /^(CannotSendMessagesInNonTextChannel|CannotExecuteActionOnThisChannelType|CannotSendAMessageInAForumChannel)$/,
        type,
      ],
      [/^(TagRequired\w+|UnknownTag|ThereAreNoTagsAvailable\w+)$/, tags],
      [/^(InvalidActionOnArchivedThread|ThreadLocked)$/, { row: 'thread locked (50083)' }],
      [/^Webhook(sPosted|sCanOnly|Services)\w+$/, forumHook],
      [
        /^(RequestEntityTooLarge|InvalidFormBodyOrContentType|CannotSendAnEmptyMessage|FileUploadedExceedsMaximumSize|InvalidFileUploaded|MaximumNumberOfAttachmentsInAMessageReached|UploadedFileNotFound|ProvidedFileIsInvalid)$/,
        limits,
      ],
      [
        /^(ActionCannotBePerformedDueToSlowmodeRateLimit|(Channel|Server)(Write|Send)RateLimit|AnnouncementEditLimitExceeded|ServiceResourceIsBeingRateLimited)$/,
        { row: limited },
      ],
      [
        /^(Message|Title)WasBlocked\w+$|^MessageBlockedByHarmful\w+$|^AccessToFileUploads\w+$|^MaximumActive\w*Threads$|^SendMessagesHasBeenTemporarilyDisabled$|^ExplicitContent\w+$/,
        blocked,
      ],
      [
        /^(UnknownMessage|ThisMessageWasAlreadyCrossposted|ThreadAlreadyCreatedForMessage)$/,
        never('is no refusal: it is there, or was, and is looked up'),
      ],
      [
        /^(GeneralError|FeatureTemporarilyDisabledServerSide|APIResourceOverloaded|IndexNotYetAvailable)$/,
        never('is no refusal: an answer of unknown fate, looked up'),
      ],
      [
        /^CloudflareIsBlockingYourRequest$/,
        never('is the wall before Discord: its 403 and 429 are judged by status'),
      ],
      [
        /Sticker|Lottie|Emoji|Reaction|Soundboard|UnknownSound|Asset|VoiceEffect/,
        other('emojis, stickers and sounds'),
      ],
      [/VoiceMessage|Voice|Stage|Stream|FileDuration|ValidDuration|Bitrate/, other('voice')],
      [
        /Interaction|ApplicationCommand|OAuth2|Application|JWT|ClientSecret|Provisional|InviteAcceptedToGuildWithoutTheBot/,
        other('applications and interactions'),
      ],
      [
        /Entitlement|SKU|Gift|Store|Build|Branch|Redistributable|Premium|Subscription|Payment|Monetization|Boosts|Sandbox/,
        other('shops'),
      ],
      [
        /Invite|JoiningNewServers|Onboarding|Verification|Welcome|MutualGuilds|VerifyingYour|MustFirstBeVerified/,
        other('invitations and joining'),
      ],
      [/Poll/, other('polls')],
      [/Event/, other('events')],
      [
        /Friend|DirectMessage|DMChannel|GroupDM|Recipient|ToThisUser|Note|Burst|DiscordTag/,
        other('messages between people'),
      ],
      [
        /Ban|Prune|MFA|TwoFactor|OwnerCannot|Ownership|OnlyTheOwner|ServerMembers|NumberOfGuildRoles|InvalidRole/,
        other('the moderation of members'),
      ],
      [
        /GuildTemplate|AlreadyHasTemplate|Widget|Discoverable|Overwrite|NumberOfGuildChannels|ServerCategor|ParentId|CommunityServer|CommunityGuilds|ChannelsForThisGuild|DisallowedWords|NumberOfGuilds/,
        other('the arrangement of a server'),
      ],
      [
        /EditMessage|EditsToMessages|SystemMessage|BulkDelete|MessagesToDelete|Pin|SystemWebhook|NumberOfWebhooks|TagsInForum|TagNames|ThreadParticipants|ThreadNotification/,
        other('editing, deleting, pinning and arranging'),
      ],
      [/MessageReference|ReferenceAMessage|Forward|InvalidMessageType/, other('answers and forwards')],
    ],
  },
};
