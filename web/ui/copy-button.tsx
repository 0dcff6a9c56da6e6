import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Icon } from './icons.tsx';

type State = 'idle' | 'copied' | 'failed';

export function CopyButton({ text, label }: { text: string; label: string }): VNode {
  const [state, setState] = useState<State>('idle');
  useEffect(() => {
    if (state === 'idle') return;
    const timer = setTimeout(() => setState('idle'), 1600);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = async () => setState((await copyText(text)) ? 'copied' : 'failed');
  const words = { idle: label, copied: 'Copied', failed: 'Could not copy' }[state];
  return (
    <button type="button" class="icon-button small copy" title={label} onClick={() => void copy()}>
      <Icon name={state === 'copied' ? 'check' : 'copy'} />
      <span class={state === 'idle' ? 'visually-hidden' : 'copy-state'} role="status">
        {words}
      </span>
    </button>
  );
}

/** The clipboard API exists in secure contexts only; a plain-HTTP office address has the old command. */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.createElement('textarea');
    field.value = text;
    field.className = 'visually-hidden';
    document.body.append(field);
    field.select();
    const copied = document.execCommand('copy');
    field.remove();
    return copied;
  }
}
