import type { APIEmbed } from 'discord-api-types/v10';
import { colourText } from '../../model/people.ts';
import { messageTime } from '../../model/timestamps.ts';
import { Markdown, MarkdownLine } from '../markdown.tsx';
import { Picture } from '../picture.tsx';

export function EmbedView({ embed }: { embed: APIEmbed }) {
  const { author, title, url, description, fields, image, thumbnail, color } = embed;
  const style = color === undefined ? {} : { '--edge': colourText(color) };
  return (
    <article class="embed" style={style} aria-label={title ? `Embed: ${title}` : 'Embed'}>
      <div class="embed-main">
        {author && (
          <p class="embed-author">
            {author.url ? <Outside url={author.url} text={author.name} /> : author.name}
          </p>
        )}
        {title && (
          <p class="embed-title">
            {url ? <Outside url={url} text={title} /> : <MarkdownLine text={title} />}
          </p>
        )}
        {description && <Markdown text={description} />}
        {fields && fields.length > 0 && <Fields fields={fields} />}
        {image && <Picture url={image.url} alt="" />}
        <EmbedFooter embed={embed} />
      </div>
      {thumbnail && <Picture url={thumbnail.url} alt="" small />}
    </article>
  );
}

function Fields({ fields }: { fields: NonNullable<APIEmbed['fields']> }) {
  return (
    <dl class="embed-fields">
      {fields.map(({ name, value, inline }, index) => (
        <div key={index} class={inline ? 'embed-field embed-field-inline' : 'embed-field'}>
          <dt>
            <MarkdownLine text={name} />
          </dt>
          <dd>
            <Markdown text={value} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function EmbedFooter({ embed: { footer, timestamp } }: { embed: APIEmbed }) {
  if (!footer && !timestamp) return null;
  const parts = [footer?.text, timestamp && messageTime(timestamp, Date.now())].filter(Boolean);
  return <p class="embed-footer">{parts.join(' · ')}</p>;
}

function Outside({ url, text }: { url: string; text: string }) {
  return (
    <a href={url} target="_blank" rel="noreferrer noopener">
      {text}
    </a>
  );
}
