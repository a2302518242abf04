/** No SDK: the least that hears when keys are pressed and released and whether they entered something, and does nothing else with it. */
export const start = () => {
  const record = [];
  const listen = (type, work) => document.addEventListener(type, work, { capture: true, passive: true });
  listen('keydown', (event) => {
    if (!(record[record.length - 1] < 0) && event.repeat) return;
    record.push(event.timeStamp);
  });
  listen('keyup', (event) => {
    record.push(-event.timeStamp);
  });
  listen('input', (event) => {
    if (event.isTrusted && event.inputType === 'insertText') record.push(0);
  });
  listen('focusin', () => {
    record.length = 0;
  });
};
