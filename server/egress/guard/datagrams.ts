/** UDP: sending and connecting. Receiving needs no guard. */
import { refuse } from '../state.ts';
import { type Bindings, replace, UV_EACCES } from './bindings.ts';

export function guardDatagrams({ udp }: Bindings): void {
  for (const method of ['connect', 'connect6']) {
    replace(
      udp,
      method,
      (original) =>
        function (this: object, address: unknown, port: unknown, ...rest: unknown[]) {
          if (refuse({ layer: 'udp', address: String(address), port: Number(port) }) !== null)
            return UV_EACCES;
          return original.call(this, address, port, ...rest);
        },
    );
  }
  for (const method of ['send', 'send6']) {
    replace(
      udp,
      method,
      (original) =>
        // A connected socket sends without port and address; its connect was decided above.
        function (
          this: object,
          request: unknown,
          list: unknown,
          count: unknown,
          port: unknown,
          address: unknown,
          ...rest: unknown[]
        ) {
          if (typeof address === 'string' && refuse({ layer: 'udp', address, port: Number(port) }) !== null)
            return UV_EACCES;
          return original.call(this, request, list, count, port, address, ...rest);
        },
    );
  }
}
