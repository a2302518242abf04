import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/** A button for what cannot be undone: it asks once more, in place. Escape, or a look elsewhere, takes the question back. */
export const ConfirmButton = (props: {
  /** What the button says. */
  label: string;
  /** What it is about, for those who hear the button alone. */
  about: string;
  /** What the second button says, e.g. `Revoke for good`. */
  confirm: string;
  /** A button that stands alone, not at the end of a row. */
  alone?: boolean;
  onConfirm: () => void;
}): JSX.Element => {
  const asked = useSignal(false);
  const yes = useRef<HTMLButtonElement>(null);
  const first = useRef<HTMLButtonElement>(null);
  const isAsked = asked.value;
  const wasAsked = useRef(false);
  // At once, so that a key pressed right after the click reaches the question.
  useLayoutEffect(() => {
    if (isAsked) yes.current?.focus();
    else if (wasAsked.current) first.current?.focus();
    wasAsked.current = isAsked;
  }, [isAsked]);
  if (!isAsked) {
    return (
      <button
        ref={first}
        type="button"
        class={props.alone ? '' : 'quiet'}
        onClick={() => (asked.value = true)}
      >
        {props.label}
        <span class="visually-hidden"> {props.about}</span>
      </button>
    );
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') asked.value = false;
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is laid out as a block, and this stands in a line
    <span class="confirm" role="group" aria-label={`${props.label} ${props.about}?`} onKeyDown={onKeyDown}>
      <button
        ref={yes}
        type="button"
        class="danger"
        onClick={() => {
          wasAsked.current = false;
          asked.value = false;
          props.onConfirm();
        }}
      >
        {props.confirm}
      </button>
      <button type="button" class="quiet" onClick={() => (asked.value = false)}>
        Keep
      </button>
    </span>
  );
};
