import { createFieldClassifier, type FieldClassifier } from '../mask/create-field-classifier.ts';
import { facts, options } from '../running.ts';

/** The classifier of this page, made when first asked for: a core without signals of fields does without it. */
export const fields = (): FieldClassifier => {
  facts.fields ??= createFieldClassifier({ allow: options.plain });
  return facts.fields;
};
