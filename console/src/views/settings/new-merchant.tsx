import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { sendJson } from '../../shell/api-client.ts';
import { formFields } from '../../shell/form-fields.ts';
import { navigate } from '../../shell/router.ts';
import { loadMe } from '../../shell/session.ts';
import { sayOrigin } from './origin-problem.ts';

/** Makes a merchant, and goes to its integration page. */
export const NewMerchant = (): JSX.Element => {
  const problem = useSignal('');
  const onSubmit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const { name, origin } = formFields(event.currentTarget as HTMLFormElement);
    try {
      const body = { name, origins: [origin] };
      const { id } = await sendJson<{ id: string }>('POST', '/merchants', body).catch(sayOrigin);
      problem.value = '';
      await loadMe();
      navigate(`/settings/${id}/integration`);
    } catch (error) {
      problem.value = (error as Error).message;
    }
  };
  return (
    <>
      <header class="settings-head">
        <h1>New merchant</h1>
        <p class="muted">
          It gets a site key at once; what its developers need stands on its integration page.
        </p>
      </header>
      <form class="stack narrow" onSubmit={(e) => void onSubmit(e)}>
        <label>
          Name
          <input name="name" required maxLength={80} autocomplete="off" />
        </label>
        <label>
          Origin of its checkout
          <input
            name="origin"
            required
            placeholder="https://shop.example"
            autocomplete="off"
            aria-describedby="origin-hint"
          />
          <span class="muted small" id="origin-hint">
            Scheme and host, as browsers send it; more can be added later.
          </span>
        </label>
        {problem.value && (
          <p class="problem" role="alert">
            {problem.value}
          </p>
        )}
        <button type="submit" class="primary">
          Make merchant
        </button>
      </form>
    </>
  );
};
