import { signal } from '@preact/signals';

/** What the operator chose: the system's theme, or one of the two. */
export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

export const theme = signal<Theme>('system');
/** Whether the page is dark now: for what draws its colours itself. Follows the system's theme while that is chosen. */
export const isDark = signal(false);

const KEY = 'gander-theme';

/** Applies the theme that was chosen, and each later choice. */
export const startTheme = (document: Document, storage: Pick<Storage, 'getItem' | 'setItem'>): void => {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const look = (): void => {
    isDark.value = theme.value === 'dark' || (theme.value === 'system' && system.matches);
  };
  system.addEventListener('change', look);
  const kept = storage.getItem(KEY);
  if (kept === 'light' || kept === 'dark') theme.value = kept;
  theme.subscribe((value) => {
    document.documentElement.style.colorScheme = value === 'system' ? 'light dark' : value;
    storage.setItem(KEY, value);
    look();
  });
};
