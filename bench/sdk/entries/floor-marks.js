/** No SDK: three listeners that put a constant into an array each, and read nothing of the event. */
export const start = () => {
  const record = [];
  const listen = (type, work) => document.addEventListener(type, work, { capture: true, passive: true });
  listen('keydown', () => record.push(1.5));
  listen('keyup', () => record.push(-2.5));
  listen('input', () => record.push(0));
  listen('focusin', () => {
    record.length = 0;
  });
};
