/** Puts one attempt where the gateway would be: behind the launcher's seal and the guard, with the shipped policy. */
import { fileURLToPath } from 'node:url';
import { gatewayNodeFlags } from '../flags.mjs';
import { sealAndExec } from '../launcher.ts';

const entry = fileURLToPath(new URL('./attempt-process.ts', import.meta.url));
const own = process.argv.slice(2, -1);
const id = process.argv.at(-1) ?? '';
process.exitCode = sealAndExec([...gatewayNodeFlags(), ...own, entry, id], process.env, {
  require: true,
  off: false,
});
