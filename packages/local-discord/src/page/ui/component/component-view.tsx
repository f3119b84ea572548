import type {
  APIComponentInContainer,
  APIComponentInMessageActionRow,
  APIMessageTopLevelComponent,
  APISectionAccessoryComponent,
} from 'discord-api-types/v10';
import { componentType } from '../../model/discord-types.ts';
import { colourText } from '../../model/people.ts';
import { Markdown } from '../markdown.tsx';
import { ButtonView } from './button-view.tsx';
import { FileView, GalleryView, ThumbnailView } from './media-views.tsx';
import { MessageSelect } from './message-select.tsx';

type Shown =
  | APIMessageTopLevelComponent
  | APIComponentInContainer
  | APIComponentInMessageActionRow
  | APISectionAccessoryComponent;

/** Any component that a message may have, of both generations. */
export function ComponentView({ component }: { component: Shown }) {
  switch (component.type) {
    case componentType.ActionRow:
      return (
        <div class="action-row">
          <Each components={component.components} />
        </div>
      );
    case componentType.Button:
      return <ButtonView button={component} />;
    case componentType.StringSelect:
    case componentType.UserSelect:
    case componentType.RoleSelect:
    case componentType.MentionableSelect:
    case componentType.ChannelSelect:
      return <MessageSelect select={component} />;
    case componentType.TextDisplay:
      return (
        <div class="text-display">
          <Markdown text={component.content} />
        </div>
      );
    case componentType.Section:
      return (
        <div class="section">
          <div class="section-text">
            <Each components={component.components} />
          </div>
          <div class="section-accessory">
            <ComponentView component={component.accessory} />
          </div>
        </div>
      );
    case componentType.Separator:
      return (
        <hr
          class={`separator ${component.divider === false ? 'separator-blank' : ''} ${component.spacing === 2 ? 'separator-large' : ''}`}
        />
      );
    case componentType.Container: {
      const colour = component.accent_color;
      return (
        <div class="container" style={typeof colour === 'number' ? { '--edge': colourText(colour) } : {}}>
          <Each components={component.components} />
        </div>
      );
    }
    case componentType.Thumbnail:
      return <ThumbnailView thumbnail={component} />;
    case componentType.MediaGallery:
      return <GalleryView gallery={component} />;
    case componentType.File:
      return <FileView file={component} />;
    default:
      return <p class="unknown-component">A component of a type this page does not know.</p>;
  }
}

function Each({ components }: { components: readonly Shown[] }) {
  return (
    <>
      {components.map((component, index) => (
        <ComponentView key={component.id ?? index} component={component} />
      ))}
    </>
  );
}
