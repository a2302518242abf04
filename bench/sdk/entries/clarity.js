export { clarity } from 'clarity-js';
