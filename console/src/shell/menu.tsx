import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/** A button that opens a small box below it. Escape closes it, and so does a click elsewhere or on a link in it that leads away. */
export const Menu = ({ label, children }: { label: string; children: ComponentChildren }): JSX.Element => {
  const box = useRef<HTMLDetailsElement>(null);
  const close = (): void => {
    if (box.current) box.current.open = false;
  };
  useEffect(() => {
    const onPointer = (event: PointerEvent): void => {
      if (!box.current?.contains(event.target as Node)) close();
    };
    document.addEventListener('pointerdown', onPointer);
    return () => document.removeEventListener('pointerdown', onPointer);
  }, []);
  return (
    <details
      ref={box}
      class="menu"
      onClick={(event) => {
        if (!event.defaultPrevented && event.target instanceof Element && event.target.closest('a')) close();
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !box.current?.open) return;
        // What lies below the menu stays open.
        event.stopPropagation();
        close();
        box.current.querySelector('summary')?.focus();
      }}
    >
      <summary class="button">{label}</summary>
      <div>{children}</div>
    </details>
  );
};
