/** `node src/pack/main.ts FOLDER [INTO]`: packs a package of TypeScript for npm. */
import { errorText } from '#core/errors.ts';
import { pack } from './pack.ts';

const [folder, into = '.'] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write('Use: node src/pack/main.ts FOLDER [INTO]\n');
  process.exitCode = 2;
} else {
  try {
    process.stdout.write(`${await pack({ folder, into })}\n`);
  } catch (error) {
    process.stderr.write(`The package in ${folder} was not packed: ${errorText(error)}\n`);
    process.exitCode = 1;
  }
}
