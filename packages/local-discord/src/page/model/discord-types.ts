/**
 * Discord's numbers that the page needs. `discord-api-types` has them as run-time enums of one large
 * CommonJS module, which would be most of the page's weight.
 */
export const commandType = { ChatInput: 1, User: 2, Message: 3 } as const;

export const optionType = {
  Subcommand: 1,
  SubcommandGroup: 2,
  String: 3,
  Integer: 4,
  Boolean: 5,
  User: 6,
  Channel: 7,
  Role: 8,
  Mentionable: 9,
  Number: 10,
  Attachment: 11,
} as const;

export const componentType = {
  ActionRow: 1,
  Button: 2,
  StringSelect: 3,
  TextInput: 4,
  UserSelect: 5,
  RoleSelect: 6,
  MentionableSelect: 7,
  ChannelSelect: 8,
  Section: 9,
  TextDisplay: 10,
  Thumbnail: 11,
  MediaGallery: 12,
  File: 13,
  Separator: 14,
  Container: 17,
  Label: 18,
  FileUpload: 19,
  RadioGroup: 21,
  CheckboxGroup: 22,
  Checkbox: 23,
} as const;

export const channelType = {
  Text: 0,
  Voice: 2,
  Category: 4,
  Announcement: 5,
  AnnouncementThread: 10,
  PublicThread: 11,
  PrivateThread: 12,
  Stage: 13,
  Forum: 15,
} as const;

export const buttonStyle = { Primary: 1, Secondary: 2, Success: 3, Danger: 4, Link: 5 } as const;

export const messageFlag = { Crossposted: 1, Ephemeral: 64, Loading: 128, ComponentsV2: 32_768 } as const;

export function isVoiceLike(type: number): boolean {
  return type === channelType.Voice || type === channelType.Stage;
}

export function isThread(type: number): boolean {
  return type >= channelType.AnnouncementThread && type <= channelType.PrivateThread;
}
