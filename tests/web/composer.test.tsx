import { expect, test } from 'vitest';
import { draft, keepDraft, switchDraft } from '../../web/state/composer.ts';

test('what is typed in a conversation that goes away moves to the new chat, before what waits there', () => {
  draft.value = 'for a new chat';
  switchDraft('c1');
  draft.value = 'half a thought';
  keepDraft(null);
  expect(draft.value).toBe('half a thought\n\nfor a new chat');
  switchDraft('c1');
  expect(draft.value).toBe('');
  switchDraft(null);
  expect(draft.value).toBe('half a thought\n\nfor a new chat');
  keepDraft('c2');
  switchDraft('c2');
  expect(draft.value).toBe('half a thought\n\nfor a new chat');
  switchDraft(null);
  expect(draft.value).toBe('');
});
