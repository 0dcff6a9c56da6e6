/** TLS: the server name that is asked for, and the first plain bytes inside. */
import { refuse } from '../state.ts';
import { type Bindings, replace, UV_EACCES } from './bindings.ts';
import { destroyOwner } from './owner.ts';
import { guardWrites } from './writes.ts';

export function guardTls({ tls }: Bindings): void {
  const refused = new WeakSet<object>();
  replace(
    tls,
    'setServername',
    (original) =>
      function (this: object, name: unknown) {
        const error = refuse({ layer: 'sni', host: String(name) });
        if (error === null) return original.call(this, name);
        // Throwing here would break callers that expect connection errors later; without start() no hello is sent.
        refused.add(this);
        destroyOwner(this, error);
        return undefined;
      },
  );
  replace(
    tls,
    'start',
    (original) =>
      function (this: object, ...parameters: unknown[]) {
        return refused.has(this) ? UV_EACCES : original.apply(this, parameters);
      },
  );
  // Servers write responses, which name no host, so the check needs no telling apart.
  guardWrites(tls, () => true);
}
