// The browser's own modal dialog: it keeps the focus inside and gives it back.

import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { X } from 'lucide-preact';
import { t } from '../words';

export function Dialog(props: { title: string; onClose: () => void; children: ComponentChildren; class?: string }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useId();
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      class={`sheet ${props.class ?? ''}`}
      aria-labelledby={title}
      onCancel={(event) => {
        event.preventDefault();
        props.onClose();
      }}
      onClose={({ currentTarget }) => {
        // A second Escape closes it whatever a page says to the first.
        if (!currentTarget.isConnected || currentTarget.open) return;
        currentTarget.showModal();
        props.onClose();
      }}
    >
      <div class="sheet-head">
        <h2 id={title}>{props.title}</h2>
        <button type="button" class="btn btn-quiet btn-icon" onClick={props.onClose} aria-label={t('close')}>
          <X aria-hidden="true" />
        </button>
      </div>
      {props.children}
    </dialog>
  );
}
