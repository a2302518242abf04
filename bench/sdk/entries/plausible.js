import Plausible from 'plausible-tracker';

export { Plausible };
