import { type Signal, signal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';

/** Closer to the end than this counts as "at the end" (px): a line that just arrived must not break the following. */
const nearPx = 60;

export interface Follower {
  scroller: RefObject<HTMLDivElement | null>;
  content: RefObject<HTMLDivElement | null>;
  /** The reader looks at the end, so new text is followed. */
  isAtEnd: Signal<boolean>;
  toEnd(): void;
}

/** Follows growing content as long as the reader is at its end, and never pulls a reader away who went up. */
export function useFollower(): Follower {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const isAtEnd = useMemo(() => signal(true), []);

  useLayoutEffect(() => {
    const box = scroller.current;
    if (box === null || content.current === null) return;
    let lastTop = box.scrollTop;
    const onScroll = () => {
      const distance = box.scrollHeight - box.clientHeight - box.scrollTop;
      // Content that grows or shrinks scrolls too: only a reader moves up while the end is not near.
      if (distance < nearPx) isAtEnd.value = true;
      else if (box.scrollTop < lastTop) isAtEnd.value = false;
      lastTop = box.scrollTop;
    };
    const follow = () => {
      if (isAtEnd.value) box.scrollTop = box.scrollHeight;
    };
    const observer = new ResizeObserver(follow);
    observer.observe(content.current);
    observer.observe(box);
    box.addEventListener('scroll', onScroll, { passive: true });
    follow();
    return () => {
      observer.disconnect();
      box.removeEventListener('scroll', onScroll);
    };
  }, []);

  return {
    scroller,
    content,
    isAtEnd,
    toEnd() {
      isAtEnd.value = true;
      const box = scroller.current;
      if (box !== null) box.scrollTop = box.scrollHeight;
    },
  };
}
