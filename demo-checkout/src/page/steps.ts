import { byId } from './elements.ts';

const STEPS = ['cart', 'address', 'payment', 'done'] as const;
type Step = (typeof STEPS)[number];

/** Shows one step at a time; the browser's back button goes back a step. Returns what goes to a step. */
export const startSteps = (): ((step: Step) => void) => {
  const show = (step: Step) => {
    for (const name of STEPS) byId(name).hidden = name !== step;
    const trail = document.querySelectorAll('.trail li');
    for (const [i, item] of trail.entries()) {
      item.classList.toggle('past', i < STEPS.indexOf(step));
      if (i === STEPS.indexOf(step)) item.setAttribute('aria-current', 'step');
      else item.removeAttribute('aria-current');
    }
    window.scrollTo({ top: 0 });
  };
  const go = (step: Step) => {
    history.pushState({ step }, '');
    show(step);
  };

  addEventListener('popstate', (event) => show((event.state as { step?: Step } | null)?.step ?? 'cart'));
  for (const [form, next] of [
    ['cart', 'address'],
    ['address', 'payment'],
  ] as const) {
    byId(form).addEventListener('submit', (event) => {
      event.preventDefault();
      go(next);
    });
  }
  for (const button of document.querySelectorAll<HTMLElement>('[data-back]')) {
    button.addEventListener('click', () => go(button.dataset.back as Step));
  }
  // A box that was left wrong says so only once its form was sent.
  addEventListener(
    'invalid',
    (event) => (event.target as HTMLInputElement).form?.classList.add('asked'),
    true,
  );
  return go;
};
