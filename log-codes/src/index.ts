/** The vocabulary of Gander: tables of codes, attributes, field classes, colours and columns; encoder and decoder. */
export { ATTRIBUTE, ATTRIBUTES, type Attribute, type AttributeName } from './attributes.ts';
export {
  LOG_CLASSES,
  type LogClass,
  type LogClassName,
  TRANSACTION_TYPES,
  type TransactionTypeId,
  type TransactionTypeName,
} from './classes.ts';
export {
  classOf,
  LOG_CODE,
  LOG_CODES,
  type LogCode,
  type LogCodeName,
  type LogCodeNumber,
  type LogCodeRow,
  storedCode,
} from './codes.ts';
export { LAKE_COLUMNS, type LakeColumn, type LakeRow, PARTITION_COLUMNS, shardOf } from './columns.ts';
export {
  type DecodedFrame,
  type DecodedLog,
  decodeFrame,
  FrameError,
  type FrameFault,
  type FrameHead,
  fromBase64Url,
  inspectFrame,
} from './decode.ts';
export { DIMENSIONS, type Dimension } from './dimensions.ts';
export { encodeFrame, encodeLog, type FrameHeader, type Log, toBase64Url } from './encode.ts';
export {
  FIELD_CLASS,
  FIELD_CLASSES,
  type FieldClass,
  type FieldClassId,
  type FieldClassName,
  type Tier,
} from './field-classes.ts';
export {
  FIREHOSE_BUFFER_SECONDS,
  FIREHOSE_ERROR_PREFIX,
  FIREHOSE_EXTENSION,
  FIREHOSE_PARTITION_QUERY,
  FIREHOSE_PREFIX,
} from './firehose.ts';
export { type GrantFields, grantMessage, parseGrantMessage } from './grant.ts';
export {
  DEAD_LETTER_COLUMNS,
  MERCHANT_COLUMNS,
  type TableColumn,
  TRANSACTION_COLUMNS,
  type TransactionColumn,
} from './lake-tables.ts';
export * from './limits.ts';
