import type { GenerateRequest } from '#server/engine/engine.ts';
import { request } from '../support/engine-requests.ts';

export function requestFrom(owner: string, id: string): GenerateRequest {
  return request('How many bees?', { owner, id });
}
