/**
 * What a person sees who wants to check the claim: everything as the server read it back, nothing the page promises by
 * itself. What is not known is said.
 */
import type { ComponentChildren, VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { PrivacyOverview } from '#server/api/app/contract.ts';
import { rest } from '../state/app.ts';
import { count } from '../text/format.ts';
import { Icon } from './icons.tsx';

const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

export function PrivacyDialog(): VNode {
  const [overview, setOverview] = useState<PrivacyOverview | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  useEffect(() => {
    rest.privacy().then(setOverview, (cause: Error) => setFailure(cause.message));
  }, []);
  if (overview === null) return <p role="status">{failure ?? 'Reading the state of the seal…'}</p>;
  const { egress, layers, named, lastProof, blocked, recordIntact, policy } = overview;
  return (
    <>
      <Part title={<span class={`seal ${egress.level}`}>{levelNames[egress.level]}</span>}>
        <p>{egress.sentence}</p>
      </Part>
      <Part title="Allowed destinations">
        {egress.allowed.length === 0 ? <p>None. This list is empty.</p> : <List items={egress.allowed} />}
      </Part>
      <Part title="What refuses a connection">
        <ul class="layers">
          {layers.map((layer) => (
            <li key={layer.name} class={layer.inForce ? 'in-force' : 'not-in-force'}>
              <Icon name={layer.inForce ? 'check' : 'close'} />
              <div>
                {layer.name} · {layer.inForce ? 'in force' : 'not in force'}
                <p>{layer.sentence}</p>
              </div>
            </li>
          ))}
        </ul>
      </Part>
      <Part title="Last proof">
        <Proof proof={lastProof} />
      </Part>
      <Part title="Blocked attempts">
        <Blocked blocked={blocked} />
        {!recordIntact && (
          <p class="broken">The record was changed or cut: a line is missing or different.</p>
        )}
      </Part>
      <Part title="Blocked by name">
        <p>Everything is denied that is not allowed. These are named so that a denial can say why.</p>
        {named.map((group) => (
          <details key={group.pack}>
            <summary>
              {group.pack} · {count(group.hosts.length, 'entry', 'entries')}
              {group.mode === 'report' && ' · reported only'}
            </summary>
            <List items={group.hosts} />
          </details>
        ))}
        <p>
          Policy {policy.id}, version {policy.version}, SHA-256 <code class="hash">{policy.sha256}</code>
        </p>
      </Part>
      <Part title="This browser">
        <p>
          This page comes from this server alone and stores nothing in the browser but the theme. Whether the
          browser itself can reach the official cloud is up to your network, and only you can try it without
          Stillroom asking anybody: <CloudLink />. An error page means that it is blocked.
        </p>
      </Part>
    </>
  );
}

const levelNames = { sealed: 'Sealed', private: 'Private network', guarded: 'Guarded' };

function Part({ title, children }: { title: ComponentChildren; children: ComponentChildren }): VNode {
  return (
    <section>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

function List({ items }: { items: string[] }): VNode {
  return (
    <ul class="plain-list">
      {items.map((item) => (
        <li key={item}>{item}</li>
      ))}
    </ul>
  );
}

function Proof({ proof }: { proof: PrivacyOverview['lastProof'] }): VNode {
  if (proof === null)
    return (
      <p>
        None was made here yet. <code>stillroom egress prove</code> tries every way out and signs what
        happened.
      </p>
    );
  return (
    <p class={proof.verdict === 'proven' ? undefined : 'broken'}>
      {moment.format(new Date(proof.at))}: {count(proof.tried, 'way')} out, each tried with the guard alone,
      the kernel seal alone and both;{' '}
      {proof.leaked === 0 ? 'nothing got through' : `${proof.leaked} got through`}. Signed report:{' '}
      <code>{proof.file}</code>
    </p>
  );
}

function Blocked({ blocked }: { blocked: PrivacyOverview['blocked'] }): VNode {
  if (blocked.length === 0) return <p>None was recorded.</p>;
  return (
    <ul class="blocked">
      {blocked.map((one) => (
        <li key={`${one.lastSeen} ${one.target} ${one.rule}`}>
          <strong>{one.target}</strong> {one.count > 1 && `${count(one.count, 'time')}, `}
          {moment.format(new Date(one.lastSeen))}
          <p>
            by {one.by}, refused by {one.layer}, rule {one.rule}
          </p>
        </li>
      ))}
    </ul>
  );
}

/** Followed by a person's click only; the server of the link learns nothing of where it was clicked. */
function CloudLink(): VNode {
  return (
    <a href="https://chat.deepseek.com/" target="_blank" rel="noopener noreferrer">
      chat.deepseek.com
    </a>
  );
}
