import type { VNode } from 'preact';
import type { ModelCard, ServerInfo } from '#server/api/app/contract.ts';
import { chat } from '../state/app.ts';
import { currentModel } from '../state/model.ts';
import { count } from '../text/format.ts';

/** The model's card and the state of the seal, as the server read them; nothing here is a promise of the page's own. */
export function AboutDialog(): VNode {
  const info = chat.info.value;
  const model = currentModel.value;
  if (info === null || model === null) return <p>Waiting for the server.</p>;
  return (
    <>
      <Model model={model.card} contextTokens={info.contextTokens} slots={info.slots} />
      <Privacy egress={info.egress} />
    </>
  );
}

function Model({
  model,
  contextTokens,
  slots,
}: {
  model: ModelCard;
  contextTokens: number;
  slots: number;
}): VNode {
  const rows: [string, string | null][] = [
    ['Architecture', model.architecture],
    ['Parameters', model.parameters === null ? null : compact.format(model.parameters)],
    ['Precision', model.quantization],
    ['File', `${(model.sizeBytes / 1e6).toLocaleString('en', { maximumFractionDigits: 1 })} MB`],
    ['Licence', model.licence],
    [
      'Context',
      `${contextTokens.toLocaleString('en')} tokens per answer, ${count(slots, 'answer')} at the same time`,
    ],
    ['SHA-256', model.sha256],
  ];
  return (
    <section>
      <h3>
        {model.name} {model.isDemo && <span class="badge">demo model</span>}
      </h3>
      {model.description !== '' && <p>{model.description}</p>}
      <dl class="rows">
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd class={name === 'SHA-256' ? 'hash' : undefined}>{value ?? 'the file does not say'}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });

function Privacy({ egress }: { egress: ServerInfo['egress'] }): VNode {
  return (
    <section>
      <h3>
        Privacy: <span class={`seal ${egress.level}`}>{egress.level}</span>
      </h3>
      <p>{egress.sentence}</p>
      <dl class="rows">
        <div>
          <dt>Allowed destinations</dt>
          <dd>
            {egress.allowed.length === 0 ? (
              'none'
            ) : (
              <ul>
                {egress.allowed.map((place) => (
                  <li key={place}>{place}</li>
                ))}
              </ul>
            )}
          </dd>
        </div>
        <div>
          <dt>Blocked attempts</dt>
          <dd>{egress.blockedAttempts.toLocaleString('en')}</dd>
        </div>
        <div>
          <dt>This page</dt>
          <dd>comes from this server alone, and stores nothing in your browser but the theme</dd>
        </div>
      </dl>
    </section>
  );
}
