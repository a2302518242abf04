import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';

/** Something that is shown once. */
export const Secret = ({
  title,
  text,
  onClose,
}: {
  title: string;
  text: string;
  onClose: () => void;
}): JSX.Element => (
  <div class="secret" role="alert">
    <h2>{title}</h2>
    <p>Copy it now: it is not shown again.</p>
    <Copyable text={text} />
    <button type="button" onClick={onClose}>
      Done
    </button>
  </div>
);

/** A text with a button that copies it. */
export const Copyable = ({ text, label = 'Copy' }: { text: string; label?: string }): JSX.Element => {
  const copied = useSignal(false);
  return (
    <div class="copyable">
      <pre>
        <code>{text}</code>
      </pre>
      <button
        type="button"
        onClick={() =>
          void navigator.clipboard.writeText(text).then(() => {
            copied.value = true;
          })
        }
      >
        {copied.value ? 'Copied' : label}
      </button>
    </div>
  );
};
