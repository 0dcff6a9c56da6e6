import type { VNode } from 'preact';
import { chat } from '../state/app.ts';
import { currentModel } from '../state/model.ts';
import { dialog, drawerOpen, isNarrow } from '../state/view.ts';
import { Icon } from './icons.tsx';

export function Header(): VNode {
  const id = chat.openId.value;
  const title = id === null ? 'New chat' : (chat.conversations.find(id)?.title ?? '');
  return (
    <header class="header">
      {isNarrow.value && (
        <button
          type="button"
          class="icon-button"
          id="menu-button"
          aria-label="Conversations"
          aria-expanded={drawerOpen.value}
          onClick={() => {
            drawerOpen.value = !drawerOpen.value;
          }}
        >
          <Icon name="menu" />
        </button>
      )}
      <h1 class="header-title">{title}</h1>
      <Chips />
    </header>
  );
}

const levels = { sealed: 'Sealed', private: 'Private network', guarded: 'Guarded' };

/** Which model answers, and how the machine is closed: each with the whole truth behind it. */
function Chips(): VNode | null {
  const info = chat.info.value;
  const model = currentModel.value;
  if (info === null || model === null) return null;
  return (
    <div class="chips">
      <button type="button" class="chip model-chip" title="About the model" onClick={() => open('model')}>
        <span class="model-name">{model.card.name}</span>
        {model.card.isDemo && <span class="badge">demo model</span>}
      </button>
      <button type="button" class="chip" title="Where your words go" onClick={() => open('privacy')}>
        <span class={`seal ${info.egress.level}`}>
          <Icon name={info.egress.level === 'sealed' ? 'lock' : 'shield'} />
          <span class="seal-label">{levels[info.egress.level]}</span>
        </span>
      </button>
    </div>
  );
}

function open(kind: 'model' | 'privacy'): void {
  dialog.value = { kind };
}
