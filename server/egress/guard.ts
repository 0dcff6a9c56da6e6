/**
 * The in-process guard, preloaded with `--require` into the gateway, its workers and its Node children. It closes the few
 * places in the runtime that everything else goes through, names the rule that refused, and counts. It explains; it is
 * not the boundary where the kernel seal is available: native code that may be loaded can go past any JavaScript.
 */

import { isMainThread, threadId } from 'node:worker_threads';
import { closeBindings, openBindings } from './guard/bindings.ts';
import { guardConnections } from './guard/connections.ts';
import { guardDatagrams } from './guard/datagrams.ts';
import { removeProxyVariables } from './guard/environment.ts';
import { guardLookups } from './guard/lookups.ts';
import { guardNativeCode } from './guard/native-code.ts';
import { guardPrograms } from './guard/programs.ts';
import { guardTls } from './guard/tls.ts';
import { guardWorkers } from './guard/workers.ts';
import { applyChildSeal } from './seal/child.ts';
import { captureProbes } from './seal/read.ts';
import { reportToSpool } from './spool.ts';
import { egressContext, isGuardLoaded, markGuardLoaded } from './state.ts';

if (!isGuardLoaded()) {
  // Needs node:ffi, which the guard closes afterwards.
  const isChild = applyChildSeal();
  captureProbes();
  const bindings = openBindings();
  removeProxyVariables();
  guardConnections(bindings);
  guardDatagrams(bindings);
  guardLookups(bindings);
  guardTls(bindings);
  guardPrograms(bindings);
  guardWorkers();
  guardNativeCode(bindings);
  closeBindings();
  markGuardLoaded();
  const { auditFolder } = egressContext();
  if (auditFolder !== undefined && (isChild || !isMainThread)) reportToSpool(auditFolder, threadId);
}
