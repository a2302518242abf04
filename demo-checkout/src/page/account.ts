import { byId, input } from './elements.ts';

/** An account needs a password; without one there is no box to leave empty. */
export const startAccount = (): void => {
  const form = byId<HTMLFormElement>('address');
  const wanted = input(form, 'account');
  const show = () => {
    byId('account-box').hidden = !wanted.checked;
    input(form, 'password').required = wanted.checked;
  };
  wanted.addEventListener('change', show);
  show();
};
