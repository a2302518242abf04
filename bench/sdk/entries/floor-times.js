/** No SDK: three listeners, two of which put the event's time into an array: nobody who knows how long a key was held can read less. */
export const start = () => {
  const record = [];
  const listen = (type, work) => document.addEventListener(type, work, { capture: true, passive: true });
  listen('keydown', (event) => record.push(event.timeStamp));
  listen('keyup', (event) => record.push(-event.timeStamp));
  listen('input', () => record.push(0));
  listen('focusin', () => {
    record.length = 0;
  });
};
