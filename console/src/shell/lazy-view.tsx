import { signal } from '@preact/signals';
import type { ComponentType, JSX } from 'preact';

/** A view whose script is loaded when it is first shown, so that the first page stays small. */
export const lazyView = (load: () => Promise<ComponentType>): (() => JSX.Element) => {
  const loaded = signal<ComponentType | undefined>(undefined);
  const failed = signal(false);
  let asked = false;
  return () => {
    if (!asked) {
      asked = true;
      load().then(
        (view) => {
          loaded.value = view;
        },
        () => {
          failed.value = true;
          asked = false;
        },
      );
    }
    const View = loaded.value;
    if (View) return <View />;
    return (
      <p class="loading">
        {failed.value ? 'This page could not be loaded. Reload to try again.' : 'Loading…'}
      </p>
    );
  };
};
