import { ATTRIBUTE } from './attributes.ts';
import { LOG_CLASSES, TRANSACTION_TYPES } from './classes.ts';
import { classOf, LOG_CODES, type LogCodeRow, storedCode } from './codes.ts';
import { FIELD_CLASSES } from './field-classes.ts';

/** A small table made from the vocabulary, to join with: the numbers' names. */
export interface Dimension {
  readonly name: string;
  readonly doc: string;
  readonly columns: readonly { readonly name: string; readonly type: string; readonly doc: string }[];
  readonly rows: readonly (readonly (string | number | boolean | null)[])[];
}

/** The dimension tables of the lake. */
export const DIMENSIONS: readonly Dimension[] = [
  {
    name: 'log_codes',
    doc: 'One row for each stored log code: every event in every transaction type.',
    columns: [
      { name: 'code', type: 'smallint', doc: 'Stored log code TEEE; join with `using (code)`.' },
      { name: 'event', type: 'smallint', doc: 'Event code EEE.' },
      { name: 'name', type: 'varchar', doc: 'Name of the event.' },
      { name: 'label', type: 'varchar', doc: 'Its label in the console.' },
      {
        name: 'class',
        type: 'varchar',
        doc: 'Class of the event: session, input, attention, suspicious, fault.',
      },
      { name: 'transaction_type', type: 'varchar', doc: 'Name of the transaction type.' },
      { name: 'prominent', type: 'boolean', doc: 'Shown in the quick timeline.' },
      { name: 'since', type: 'varchar', doc: 'First version that has it.' },
      { name: 'deprecated', type: 'varchar', doc: 'Version that deprecated it; null while in use.' },
    ],
    rows: TRANSACTION_TYPES.flatMap((type) =>
      (LOG_CODES as readonly LogCodeRow[]).map((c) => [
        storedCode(type.id, c.code),
        c.code,
        c.name,
        c.label,
        LOG_CLASSES.find((l) => l.id === classOf(c.code))!.name,
        type.name,
        c.prominent,
        c.since,
        c.deprecated ?? null,
      ]),
    ),
  },
  {
    name: 'field_classes',
    doc: 'One row for each field class.',
    columns: [
      {
        name: 'field',
        type: 'bigint',
        doc: 'Number in the column `field` of the logs; join with `using (field)`.',
      },
      { name: 'name', type: 'varchar', doc: 'Name of the field class.' },
      { name: 'tier', type: 'varchar', doc: 'S0 secret, S1 personal, S2 plain.' },
    ],
    rows: FIELD_CLASSES.map((c) => [c.id, c.name, c.tier]),
  },
  {
    name: 'attribute_values',
    doc: 'The names behind the numbers of the other attributes.',
    columns: [
      { name: 'attribute', type: 'varchar', doc: 'Name of the attribute, which is the name of its column.' },
      {
        name: 'value',
        type: 'bigint',
        doc: 'Number in that column; of an attribute of type bits, one of its powers of two.',
      },
      { name: 'name', type: 'varchar', doc: 'What it means.' },
    ],
    rows: [...ATTRIBUTE.values()].flatMap((a) =>
      Object.entries(a.values ?? {}).map(([name, value]) => [a.name, value, name]),
    ),
  },
];
