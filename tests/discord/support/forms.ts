import { formsOf as formsOfOne } from '#commands/definition.ts';
import type { Command } from '#contracts/command.ts';

/** One way of each command to be typed, by its words. */
export const typedForms: Record<string, string> = {
  'node start': '/node start',
  'node stop': '/node stop',
  'node status': '/node status',
  'node peers': '/node peers',
  'node connect': '/node connect address:South',
  'node trust': '/node trust community:East name:Easterners',
  'node forget': '/node forget community:South',
  'broadcast start': '/broadcast start source:sample title:"Evening show" loop:false',
  'broadcast stop': '/broadcast stop broadcast:abc',
  'broadcast list': '/broadcast list',
  'relay start': '/relay start broadcast:xyz@South channel:#Lounge',
  'relay stop': '/relay stop channel:#Lounge',
  'relay status': '/relay status',
  'publish post': '/publish post title:"Version 1" targets:"news, site" body:"It is out."',
  'publish files': '/publish files publication:01999999-0000-7000-8000-000000000001',
  'publish targets': '/publish targets',
  'publish connect': '/publish connect target:news',
  'publish target add':
    '/publish target add name:blog publisher:discord options:"channelId=500000000000000001"',
  'publish target edit': '/publish target edit target:news approval:"two people" without:budget',
  'publish target remove': '/publish target remove target:news',
  'publish target verify': '/publish target verify target:news',
  'publish target pause': '/publish target pause target:news',
  'publish target resume': '/publish target resume target:news',
  'publish token add': '/publish token add name:ci days:30',
  'publish token list': '/publish token list',
  'publish token revoke': '/publish token revoke token:t1',
  tweet: '/tweet text:"Hello there" thread:false',
  'archive url': '/archive url url:https://example.org/page',
  'archive artifact': `/archive artifact artifact:${'a'.repeat(64)}`,
  'archive thread': '/archive thread',
  'deliveries list': '/deliveries list only:all',
  'deliveries retry': '/deliveries retry delivery:d1',
  'deliveries done': '/deliveries done delivery:d1 url:https://example.org/1',
  'deliveries discard': '/deliveries discard delivery:d1',
  'deliveries pause': '/deliveries pause target:news',
  'deliveries resume': '/deliveries resume target:news',
  'milestone add': '/milestone add title:"Version 1" at:"2026-12-24 18:00" zone:Europe/Berlin targets:news',
  'milestone edit': '/milestone edit milestone:m1 at:"2026-12-25 18:00" zone:Europe/Berlin progress:50',
  'milestone list': '/milestone list',
  'milestone show': '/milestone show milestone:m1',
  'milestone done': '/milestone done milestone:m1',
  'milestone remove': '/milestone remove milestone:m1',
  'schedule add':
    '/schedule add title:Weekly targets:news zone:Europe/Berlin cron:"0 18 * * FRI" digest:true',
  'schedule list': '/schedule list',
  'schedule pause': '/schedule pause schedule:s1',
  'schedule resume': '/schedule resume schedule:s1',
  'schedule remove': '/schedule remove schedule:s1',
  'schedule preview': '/schedule preview zone:Europe/Berlin at:"2027-03-28 02:30"',
  'chain add': '/chain add name:release on:artifact links:"vault > site, news" match:"build-*"',
  'chain list': '/chain list',
  'chain show': '/chain show chain:release',
  'chain run': '/chain run chain:release label:v1',
  'chain resume': '/chain resume chain:release run:01999999-0000-7000-8000-000000000777',
  'chain remove': '/chain remove chain:release',
  'access list': '/access list',
  'access grant': '/access grant role:@Publishers as:publisher',
  'access revoke': '/access revoke role:@Publishers',
  doctor: '/doctor channel:#Lounge',
  help: '/help command:relay',
};

/** "relay start", "publish target add", … of every command. */
export function formsOf(commands: readonly Command[]): string[] {
  return commands.flatMap(({ definition }) =>
    formsOfOne(definition).map(({ words }) => [definition.name, words].filter(Boolean).join(' ')),
  );
}
