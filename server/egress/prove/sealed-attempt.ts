/**
 * Puts one attempt where the gateway would be: behind the launcher's seal with the policy in force, with the guard
 * (`sealed`) or with the seal alone and FFI left open (`kernel`). Arguments: configuration, Node flags, attempt id.
 */
import { fileURLToPath } from 'node:url';
import { gatewayNodeFlags } from '../flags.mjs';
import { sealAndExec } from '../launcher.ts';

const entry = fileURLToPath(new URL('./attempt-process.ts', import.meta.url));
const [configuration, ...rest] = process.argv.slice(2);
const flags = configuration === 'sealed' ? gatewayNodeFlags() : ['--disable-warning=ExperimentalWarning'];
process.exitCode = sealAndExec([...flags, ...rest.slice(0, -1), entry, rest.at(-1) ?? ''], process.env, {
  require: true,
  off: false,
});
