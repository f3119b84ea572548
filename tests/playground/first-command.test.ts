import { tmpdir } from 'node:os';
import { Client, Events, GatewayIntentBits, SlashCommandBuilder } from 'discord.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPlayground } from '#playground/playground.ts';
import { BOT_TOKEN, ids, smallWorld } from './support/small-world.ts';

const playground = createPlayground({ seed: smallWorld(), stateDirectory: tmpdir() });
let client: Client;

beforeAll(async () => {
  await playground.start();
  client = new Client({
    intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildVoiceStates],
    rest: { api: playground.apiUrl },
  });
  const ready = new Promise((resolve) => client.once(Events.ClientReady, resolve));
  await client.login(BOT_TOKEN);
  await ready;
});
afterAll(async () => {
  await client.destroy();
  await playground.stop();
});

test('a deferred reply reaches the member', async () => {
  const guild = client.guilds.cache.get(ids.guild)!;
  await guild.commands.set([
    new SlashCommandBuilder()
      .setName('relay')
      .setDescription('d')
      .addSubcommand((sub) =>
        sub
          .setName('start')
          .setDescription('s')
          .addStringOption((option) => option.setName('what').setDescription('w').setRequired(true)),
      ),
  ]);
  client.on(Events.InteractionCreate, async (interaction) => {
    if (!interaction.isChatInputCommand()) return;
    await interaction.deferReply();
    await interaction.editReply(`started ${interaction.options.getString('what')}`);
  });
  const answer = await playground.as(ids.member, ids.guild).run('/relay start what:"the radio"');
  expect(await answer.text()).toBe('started the radio');
  expect(playground.violations).toEqual([]);
});
