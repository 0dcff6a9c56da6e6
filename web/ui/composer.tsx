import type { VNode } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { chat } from '../state/app.ts';
import { draft, humanPace, switchDraft, thinking } from '../state/composer.ts';
import { currentModel, offered } from '../state/model.ts';
import { isNarrow } from '../state/view.ts';
import { activeTurnId, ask, isBusy } from './ask.ts';
import { BudgetChoice, ModelChoice, Toggle } from './choices.tsx';
import { Icon } from './icons.tsx';

/** From this share of the limit on, the count is shown. */
const nearLimit = 0.8;
/** On touch keyboards Enter is the only way to a new line. */
const isTouch = matchMedia('(pointer: coarse)').matches;

export function Composer(): VNode {
  const field = useRef<HTMLTextAreaElement>(null);
  const openId = chat.openId.value;
  switchDraft(openId);
  const text = draft.value;
  const running = activeTurnId();
  const isDemo = currentModel.value?.card.isDemo === true;

  // Grows with its text up to the height the style sheet allows.
  useLayoutEffect(() => {
    const area = field.current;
    if (area === null) return;
    area.style.height = 'auto';
    area.style.height = `${area.scrollHeight}px`;
  }, [text]);
  useEffect(() => {
    // On touch screens a focused field opens the keyboard over the conversation.
    if (!isTouch) field.current?.focus();
  }, [openId]);
  useEffect(() => {
    // The button that was pressed (Stop, Try again, a suggestion) is gone: the keyboard must not be left nowhere.
    if (!isTouch && document.activeElement === document.body) field.current?.focus();
  }, [running]);

  const send = () => {
    if (ask(text)) draft.value = '';
  };

  return (
    <div class="composer-area">
      <div class="composer">
        <label class="visually-hidden" for="composer">
          Message
        </label>
        <textarea
          id="composer"
          ref={field}
          rows={1}
          value={text}
          placeholder={isNarrow.value ? 'Ask something' : 'Ask something. It stays here.'}
          // Some browsers send what is typed to their maker for spelling, suggestions or later completion.
          spellcheck={false}
          autocomplete="off"
          {...{ writingsuggestions: 'false', 'data-gramm': 'false' }}
          enterkeyhint={isTouch ? 'enter' : 'send'}
          onInput={(event) => {
            draft.value = event.currentTarget.value;
          }}
          onKeyDown={(event) => {
            // 229: what Safari reports for the Enter that ends a composition.
            const composing = event.isComposing || event.keyCode === 229;
            if (event.key !== 'Enter' || event.shiftKey || composing || isTouch) return;
            event.preventDefault();
            send();
          }}
        />
        <div class="composer-tools">
          {offered.value.length > 1 && <ModelChoice />}
          <Toggle
            name="thought"
            label="Think"
            isOn={thinking.value}
            hint={thinking.value ? 'The model reasons before it answers' : 'The model answers at once'}
            onClick={() => {
              thinking.value = !thinking.value;
            }}
          />
          {thinking.value && <BudgetChoice />}
          {isDemo && chat.info.value !== null && chat.info.value.demoPace !== null && (
            <Toggle
              name="pace"
              label="Human speed"
              isOn={humanPace.value}
              hint={
                humanPace.value
                  ? `The demo model is slowed to ${chat.info.value.demoPace} tokens per second, so that you can watch it`
                  : 'The demo model answers as fast as it can'
              }
              onClick={() => {
                humanPace.value = !humanPace.value;
              }}
            />
          )}
          <span class="spacer" />
          <CharacterCount length={text.length} />
          {running === null ? (
            <SendButton isEmpty={text.trim() === ''} onClick={send} />
          ) : (
            <button
              type="button"
              class="send stop"
              aria-label="Stop"
              title="Stop (Esc)"
              onClick={() => chat.stop(running)}
            >
              <Icon name="stop" />
            </button>
          )}
        </div>
      </div>
      <p class="fine-print">
        {isDemo
          ? 'A demo model: small, and often wrong outside its few skills. Check what it says.'
          : 'Models make mistakes. Check what matters.'}
      </p>
    </div>
  );
}

function SendButton({ isEmpty, onClick }: { isEmpty: boolean; onClick: () => void }): VNode {
  const limit = chat.info.value?.limits.maxMessageCharacters;
  const isTooLong = limit !== undefined && draft.value.length > limit;
  return (
    <button
      type="button"
      class="send"
      aria-label="Send"
      title="Send (Enter)"
      disabled={isEmpty || isTooLong || isBusy() || chat.info.value === null}
      onClick={onClick}
    >
      <Icon name="send" />
    </button>
  );
}

function CharacterCount({ length }: { length: number }): VNode | null {
  const limit = chat.info.value?.limits.maxMessageCharacters;
  if (limit === undefined || length < limit * nearLimit) return null;
  return (
    <span class={length > limit ? 'character-count over' : 'character-count'} role="status">
      {length.toLocaleString('en')} / {limit.toLocaleString('en')}
    </span>
  );
}
