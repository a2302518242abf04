/** No SDK: three listeners that do nothing. What it costs to hear of a key at all. */
export const start = () => {
  for (const type of ['keydown', 'keyup', 'input'])
    document.addEventListener(type, () => {}, { capture: true, passive: true });
};
