import { expect, it } from 'vitest';
import { parseFromChild, parseToChild, protocolVersion } from '#server/engine/protocol.ts';
import { request } from '../support/engine-requests.ts';

const v = protocolVersion;

it('takes whole messages of its own version', () => {
  expect(parseToChild({ v, type: 'generate', request: request('hello') }).type).toBe('generate');
  expect(parseFromChild({ v, type: 'loading', progress: 0.5 })).toEqual({
    v,
    type: 'loading',
    progress: 0.5,
  });
});

it.each([
  ['of another version', { v: v + 1, type: 'ping', n: 1 }],
  ['of an unknown kind', { v, type: 'format disk' }],
  ['with a missing part', { v, type: 'cancel' }],
  [
    'with an impossible seed',
    { v, type: 'generate', request: { ...request('x'), sampling: { ...request('x').sampling, seed: -1 } } },
  ],
  ['with an empty stop string', { v, type: 'generate', request: request('x', { stop: [''] }) }],
  ['that is no object', 'ping'],
])('refuses a message %s', (_name, message) => {
  expect(() => parseToChild(message)).toThrow();
});

it('refuses events that no engine sends', () => {
  const events = [{ id: 'a', event: { type: 'delta', kind: 'secret', text: '', tokens: 1 } }];
  expect(() => parseFromChild({ v, type: 'events', events })).toThrow();
});
