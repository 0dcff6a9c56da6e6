import type { VNode } from 'preact';
import type { ServerInfo } from '#server/api/app/contract.ts';
import { chat } from '../state/app.ts';
import { dialog } from '../state/view.ts';
import { ask } from './ask.ts';
import { Icon, Mark } from './icons.tsx';

/** An empty chat: what this is, which model answers, where the words go, and something to begin with. */
export function Welcome(): VNode {
  const info = chat.info.value;
  return (
    <div class="scroller">
      <section class="welcome" aria-label="Welcome">
        <Mark />
        <h2>A quiet place to think.</h2>
        <p class="lead">A private chat with a model that runs on this machine.</p>
        {info !== null && <Facts info={info} />}
        {info !== null && info.model.suggestions.length > 0 && (
          <ul class="suggestions" aria-label="To begin with">
            {info.model.suggestions.slice(0, 4).map((text) => (
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

function Facts({ info }: { info: ServerInfo }): VNode {
  return (
    <dl class="facts">
      <div>
        <dt>
          <Icon name="thought" />
          <span class="visually-hidden">Model</span>
        </dt>
        <dd>
          <strong>{info.model.name}</strong> {info.model.isDemo && <span class="badge">demo model</span>}
          {info.model.description !== '' && <p>{info.model.description}</p>}
        </dd>
      </div>
      <div>
        <dt>
          <Icon name={info.egress.level === 'sealed' ? 'lock' : 'shield'} />
          <span class="visually-hidden">Privacy</span>
        </dt>
        <dd>
          <p>{info.egress.sentence}</p>
          <button
            type="button"
            class="text-button"
            onClick={() => {
              dialog.value = { kind: 'about' };
            }}
          >
            See what is allowed
          </button>
        </dd>
      </div>
    </dl>
  );
}
