/**
 * What was entered into a form, by field name; trimmed. Files are left out: no form here has any.
 * @example const { email } = formFields(event.currentTarget as HTMLFormElement);
 */
export const formFields = (form: HTMLFormElement): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...new FormData(form)].flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value.trim()] as const] : [],
    ),
  );
