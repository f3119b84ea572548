import { describeOptions, type Option } from './options.ts';

/** The text of docs/configuration.md. */
export function configurationDocument(): string {
  return [
    '# Configuration',
    '',
    'Every option has a default. A value in the configuration file replaces the default, a value in the environment',
    'replaces both. The file is JSON; `GUILDMESH_CONFIG` names it, and `config/hub.example.json` shows one.',
    '',
    '- An environment name is made from the option’s path: `audio.bufferMs` is `GUILDMESH_AUDIO_BUFFER_MS`.',
    '- Lists are separated by commas; folders by guild are a JSON object, `{"110000000000000001":"/srv/north"}`. Yes and no are `true` and `false`. An empty value counts as not set.',
    '- Secrets never stand in the configuration file. They come by environment, or from a file of their own that',
    '  the same name with `_FILE` at its end points to.',
    '- All problems are reported at once, as [`CONFIG_INVALID`](errors/config.md), and the hub does not start.',
    '',
    '| option | environment | unit | default | |',
    '| --- | --- | --- | --- | --- |',
    ...describeOptions().map(row),
    '',
  ].join('\n');
}

function row(option: Option): string {
  const names = option.envAlias ? [option.envName, option.envAlias] : [option.envName];
  const cells = [
    code(option.path),
    names.map(code).join(' or '),
    option.unit ?? '',
    option.default === undefined ? '' : code(JSON.stringify(option.default)),
    option.secret ? `${option.sentence} **Secret.**` : option.sentence,
  ];
  return `| ${cells.join(' | ')} |`;
}

function code(text: string): string {
  return `\`${text}\``;
}
