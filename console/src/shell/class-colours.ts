import { LOG_CLASSES } from '@gander/log-codes';

/** Makes `--class-1` to `--class-5` from the table of classes, the only place where their colours stand. */
export const installClassColours = (document: Document): void => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(classColourCss());
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
};

/** The rule with the five colours, light and dark. */
export const classColourCss = (): string =>
  `:root{${LOG_CLASSES.map((c) => `--class-${c.id}:light-dark(${c.color},${c.colorDark})`).join(';')}}`;
