import { gander, type Options } from '@gander/sdk';

/** The page that bundles the npm package instead of loading the script tag. */
const settings: Options = JSON.parse(document.getElementById('gander-npm')!.dataset.settings!);
gander.init({ ...settings, page: 'checkout' });
window.gander = gander;
