import type { z } from 'zod';
import type {
  publishConnect,
  TargetView,
  targetEdit,
  targetList,
  targetVerify,
} from '#contracts/actions/targets.ts';
import type { TokenView } from '#contracts/actions/tokens.ts';
import type { View } from '#contracts/command.ts';
import { inert } from '#core/text/inert.ts';
import { ago, capped, card, code, count, dollars, lines, link } from '../layout.ts';
import { lampWithAge } from '../target-lamp.ts';

/** For one target in a list; `/publish target verify` names all. */
const reasonsMax = 3;
const targetsCap = { countMax: 25, lengthMax: 3_300 };
const problemsCap = { countMax: 12, lengthMax: 2_500 };
const remarksCap = { countMax: 3, lengthMax: 600 };
const credentialsCap = { countMax: 12, lengthMax: 2_800 };
const tokensCap = { countMax: 25, lengthMax: 3_300 };

export function targetsView({ targets, publishers }: z.output<typeof targetList.output>): View {
  if (targets.length === 0)
    return card('idle', [
      lines(
        '### No targets yet',
        'A target is a place where results can go. A manager sets the first up with `/publish setup`.',
        `-# This hub can publish to ${publishers.map(({ title }) => inert(title, 40)).join(', ')}.`,
      ),
    ]);
  const ready = targets.every(({ lamp }) => lamp.state === 'ready');
  return card(ready ? 'good' : 'waiting', [
    lines(`### ${count(targets.length, 'target')}`, ...capped(targets, targetsCap, targetLine)),
  ]);
}

export function targetView(heading: string, target: TargetView, note: string | false = false): View {
  const missing = lacking(target);
  return card(missing.length > 0 || target.paused ? 'waiting' : 'good', [
    lines(
      `### ${heading}`,
      targetLine(target),
      Object.keys(target.options).length > 0 && code(JSON.stringify(target.options), 600),
      note,
      missing.length > 0 &&
        `Next a manager gives it ${missing.join(', ')}: \`/publish connect target:${target.name}\``,
    ),
  ]);
}

export function editedView({ redraftedCount, ...target }: z.output<typeof targetEdit.output>): View {
  const anew = count(redraftedCount, 'waiting delivery was', 'waiting deliveries were');
  const asks = target.policy === 'none' ? '' : ', to be approved again';
  return targetView('Target changed', target, redraftedCount > 0 && `**${anew}** made anew${asks}.`);
}

export function verifiedView(
  name: string,
  { account, problems, remarks = [], quota }: z.output<typeof targetVerify.output>,
): View {
  const ok = problems.length === 0;
  return card(ok ? 'good' : 'bad', [
    lines(
      `### ${ok ? '🟢' : '🔴'} ${inert(name, 40)} ${ok ? 'is ready' : `has ${count(problems.length, 'problem')}`}`,
      account && `Signed in as **${inert(account)}**`,
      ...capped(problems, problemsCap, (problem) => `⛔ ${inert(problem, 250)}`),
      ...capped(remarks, remarksCap, (remark) => `⚠️ ${inert(remark, 250)}`),
      quota && `-# ${inert(quota, 200)}`,
      '-# Nothing was written there.',
    ),
  ]);
}

export function connectView({
  target,
  credentials,
  link: page,
  grantedOn,
  hint,
}: z.output<typeof publishConnect.output>): View {
  const open = link(grantedOn ? `Grant access on ${grantedOn}` : 'Enter the credentials', page?.url, 1_000);
  return card('plain', [
    lines(
      `### Connect ${inert(target, 40)}`,
      page && open && `**${open}** · opens once, until ${ago(page.expiresAtMs)}. It is for you alone.`,
      hint && `⚠️ ${hint.message} ${hint.next}`,
      ...capped(
        credentials,
        credentialsCap,
        ({ name, help, present, environmentName }) =>
          `${present ? '🟢' : '⚪'} **${inert(name, 40)}** ${inert(help, 150)}\n-# or ${code(environmentName, 80)}`,
      ),
      '-# Secrets are kept encrypted and are never shown again. Never type one into a command.',
    ),
  ]);
}

export function tokensView(tokens: readonly TokenView[]): View {
  if (tokens.length === 0)
    return card('idle', [
      lines(
        '### No tokens',
        'A CI job uploads artifacts with one; a manager makes it: `/publish token add`.',
      ),
    ]);
  return card('plain', [
    lines(`### ${count(tokens.length, 'token')}`, ...capped(tokens, tokensCap, tokenLine)),
  ]);
}

function tokenLine({ name, expiresAtMs, lastUsedAtMs, orphanedAtMs, id }: TokenView): string {
  const used = lastUsedAtMs === undefined ? 'never used' : `used ${ago(lastUsedAtMs)}`;
  const state = orphanedAtMs === undefined ? used : 'refused: whoever made it has left this server';
  return `**${inert(name, 64)}** · ends ${ago(expiresAtMs)} · ${state}\n-# ${code(id, 64)}`;
}

export function newTokenView({ name, token, expiresAtMs }: TokenView & { token: string }): View {
  return card('good', [
    lines(
      `### Token ${inert(name, 64)}`,
      code(token, 300),
      `Ends ${ago(expiresAtMs)}. It is shown this once: keep it as a secret of your CI.`,
    ),
  ]);
}

function targetLine(target: TargetView): string {
  const { name, title, policy, lamp, paused, monthlyBudgetMicros, spentThisMonthMicros } = target;
  const money =
    monthlyBudgetMicros === undefined
      ? spentThisMonthMicros > 0 && `${dollars(spentThisMonthMicros)} this month`
      : `${dollars(spentThisMonthMicros)} of ${dollars(monthlyBudgetMicros)} this month`;
  const facts = [policy === 'none' ? 'no approval' : `approval: ${policy.replace('-', ' ')}`, money];
  return [
    `${lampWithAge(lamp)} · **${inert(name, 32)}** · ${inert(title, 80)}`,
    paused && `⏸ ${inert(`${paused.reason}: ${paused.detail}`, 160)}`,
    ...lamp.reasons
      .filter((reason) => reason !== paused?.detail)
      .slice(0, reasonsMax)
      .map((reason) => inert(reason, 160)),
    lamp.notice && `⚠️ ${inert(lamp.notice, 200)}`,
    `-# ${facts.filter(Boolean).join(' · ')}`,
  ]
    .filter(Boolean)
    .join('\n');
}

function lacking({ credentials }: TargetView): string[] {
  return credentials.filter(({ required, present }) => required && !present).map(({ name }) => name);
}
