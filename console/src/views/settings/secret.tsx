import { useSignal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/** Something that is shown once. */
export const Secret = ({
  title,
  text,
  note = '',
  onClose,
}: {
  title: string;
  text: string;
  note?: string;
  onClose: () => void;
}): JSX.Element => {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), []);
  return (
    <div class="secret" role="alert" tabIndex={-1} ref={box}>
      <h2>{title}</h2>
      <p>Copy it now: it is not shown again. {note}</p>
      <Copyable text={text} />
      <button type="button" onClick={onClose}>
        Done
      </button>
    </div>
  );
};

/** A text with a button that copies it; `children` show it in another form than as it is. */
export const Copyable = ({
  text,
  label = 'Copy',
  children,
}: {
  text: string;
  label?: string;
  children?: ComponentChildren;
}): JSX.Element => {
  const copied = useSignal('');
  return (
    <div class="copyable">
      {children ?? (
        <pre>
          <code>{text}</code>
        </pre>
      )}
      <button
        type="button"
        onClick={() =>
          void navigator.clipboard.writeText(text).then(() => {
            copied.value = text;
          })
        }
      >
        {copied.value === text ? 'Copied' : label}
      </button>
    </div>
  );
};
