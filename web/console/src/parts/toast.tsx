// "Done": said once, aloud to a screen reader too, and gone by itself.

import { useEffect, useState } from 'preact/hooks';
import { CircleCheck } from 'lucide-preact';

let tell = (_: string) => {};

export const say = (text: string) => tell(text);

export function Toasts() {
  const [text, setText] = useState('');
  useEffect(() => {
    tell = setText;
  }, []);
  useEffect(() => {
    if (!text) return undefined;
    const timer = setTimeout(() => setText(''), 6000);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <div class="toasts" role="status" aria-live="polite">
      {text && (
        <div class="toast-line">
          <CircleCheck aria-hidden="true" /> {text}
        </div>
      )}
    </div>
  );
}
