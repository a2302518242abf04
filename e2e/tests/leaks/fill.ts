import type { Scope, TestPage } from './engines.ts';
import type { Case } from './fields.ts';

declare const __field: (id: string) => HTMLInputElement;

/** All pages of a machine share one clipboard: who uses it has it alone. */
let clipboard: Promise<unknown> = Promise.resolve();

const paste = async ({ keyboard }: TestPage, frame: Scope, id: string, canary: string): Promise<void> => {
  await frame.evaluate((text) => {
    const source = document.querySelector<HTMLTextAreaElement>('#source')!;
    source.value = text;
    source.focus();
    source.select();
  }, canary);
  await keyboard.press('Control+C');
  await frame.evaluate((name) => __field(name).focus(), id);
  await keyboard.press('Control+V');
};

/** Enters a case's canary into its field, as a person, a script or another program would. */
export const fill = async (page: TestPage, frame: Scope, { id, canary, way }: Case): Promise<void> => {
  const { keyboard } = page;
  if (way === 'paste') {
    const pasted = clipboard.then(() => paste(page, frame, id, canary));
    clipboard = pasted.catch(() => undefined);
    return pasted;
  }
  await frame.evaluate((name) => __field(name).focus(), id);
  if (way === 'type') await keyboard.type(canary);
  else if (way === 'insert') await keyboard.insertText(canary);
  else
    await frame.evaluate(
      ([name, text, how]) => {
        const field = __field(name!);
        const data = new DataTransfer();
        data.setData('text/plain', text!);
        if (how === 'drop')
          field.dispatchEvent(new DragEvent('drop', { bubbles: true, composed: true, dataTransfer: data }));
        if ('value' in field) field.value = text!;
        else (field as HTMLElement).textContent = text!;
        const inputType = how === 'drop' ? 'insertFromDrop' : 'insertText';
        for (const type of ['beforeinput', 'input'])
          field.dispatchEvent(
            new InputEvent(type, { bubbles: true, composed: true, inputType, data: text! }),
          );
        field.dispatchEvent(new Event('change', { bubbles: true }));
      },
      [id, canary, way],
    );
};

/** Every text that stands in the page's storage. Numbers there are times and counts. */
export const storageOf = async (page: Scope): Promise<string[]> =>
  page.evaluate(async () => {
    const texts: string[] = [document.cookie];
    const collect = (value: unknown): void => {
      if (typeof value === 'string') texts.push(value);
      else if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer)
        texts.push(String.fromCharCode(...new Uint8Array(value as ArrayBuffer)));
      else if (typeof value === 'object' && value !== null)
        for (const inner of Object.entries(value)) inner.forEach(collect);
    };
    const ask = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error!);
      });
    for (const storage of [localStorage, sessionStorage]) collect({ ...storage });
    for (const { name } of await indexedDB.databases()) {
      const database = await ask(indexedDB.open(name!));
      for (const store of database.objectStoreNames) {
        const all = database.transaction(store).objectStore(store);
        texts.push(name!, store);
        collect(await ask(all.getAll()));
      }
      database.close();
    }
    return texts;
  });
