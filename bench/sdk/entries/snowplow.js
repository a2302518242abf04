export {
  ButtonClickTrackingPlugin,
  enableButtonClickTracking,
} from '@snowplow/browser-plugin-button-click-tracking';
export { enableFormTracking, FormTrackingPlugin } from '@snowplow/browser-plugin-form-tracking';
export {
  enableLinkClickTracking,
  LinkClickTrackingPlugin,
} from '@snowplow/browser-plugin-link-click-tracking';
export { enableActivityTracking, newTracker, trackPageView } from '@snowplow/browser-tracker';
