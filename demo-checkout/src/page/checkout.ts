import { startAccount } from './account.ts';
import { startCardForm } from './card-form.ts';
import { startCart } from './cart.ts';
import { startPay } from './pay.ts';
import { startSteps } from './steps.ts';

/** The shop's own script; it works the same with and without Gander. */
const go = startSteps();
startCart();
startAccount();
startCardForm();
startPay(() => go('done'));
