import type { VNode } from 'preact';
import type { ModelCard, ServerInfo } from '#server/api/app/contract.ts';
import { chat } from '../state/app.ts';
import { currentModel } from '../state/model.ts';
import { dialog } from '../state/view.ts';
import { ask } from './ask.ts';
import { Icon, Mark } from './icons.tsx';

/** An empty chat: what this is, which model answers, where the words go, and something to begin with. */
export function Welcome(): VNode {
  const info = chat.info.value;
  const model = currentModel.value;
  return (
    <div class="scroller">
      <section class="welcome" aria-label="Welcome">
        <Mark />
        <h2>A quiet place to think.</h2>
        <p class="lead">A private chat with a model that runs on this machine.</p>
        {info !== null && model !== null && <Facts model={model.card} egress={info.egress} />}
        {model !== null && model.card.suggestions.length > 0 && (
          <ul class="suggestions" aria-label="To begin with">
            {model.card.suggestions.slice(0, 4).map((text) => (
              <li key={text}>
                <button type="button" onClick={() => ask(text)}>
                  {text}
                </button>
              </li>
            ))}
          </ul>
        )}
      </section>
    </div>
  );
}

function Facts({ model, egress }: { model: ModelCard; egress: ServerInfo['egress'] }): VNode {
  return (
    <dl class="facts">
      <div>
        <dt>
          <Icon name="thought" />
          <span class="visually-hidden">Model</span>
        </dt>
        <dd>
          <strong>{model.name}</strong> {model.isDemo && <span class="badge">demo model</span>}
          {model.description !== '' && <p>{model.description}</p>}
        </dd>
      </div>
      <div>
        <dt>
          <Icon name={egress.level === 'sealed' ? 'lock' : 'shield'} />
          <span class="visually-hidden">Privacy</span>
        </dt>
        <dd>
          <p>{egress.sentence}</p>
          <button
            type="button"
            class="text-button"
            onClick={() => {
              dialog.value = { kind: 'privacy' };
            }}
          >
            See what is allowed
          </button>
        </dd>
      </div>
    </dl>
  );
}
