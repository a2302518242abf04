import { signal } from '@preact/signals';

/** What the operator chose: the system's theme, or one of the two. */
export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

export const theme = signal<Theme>('system');

const KEY = 'gander-theme';

/** Applies the theme that was chosen, and each later choice. */
export const startTheme = (document: Document, storage: Pick<Storage, 'getItem' | 'setItem'>): void => {
  const kept = storage.getItem(KEY);
  if (kept === 'light' || kept === 'dark') theme.value = kept;
  theme.subscribe((value) => {
    document.documentElement.style.colorScheme = value === 'system' ? 'light dark' : value;
    storage.setItem(KEY, value);
  });
};
