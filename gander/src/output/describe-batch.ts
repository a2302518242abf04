import {
  ATTRIBUTE,
  type DecodedLog,
  decodeFrame,
  FIELD_CLASSES,
  fromBase64Url,
  LOG_CODE,
  storedCode,
  TRANSACTION_TYPES,
  WIRE_VERSION,
} from '@gander/log-codes';

/** Shortest token: 51 bytes of fields and 16 of MAC (docs/wire.md). */
const TOKEN_FIELDS = 43;
const TOKEN_MAC = 16;

/**
 * A request body of `/v1/logs` as text for a person: what the token says (unchecked: its key stays with the collector), the frame's
 * header, and each log with its time, code, name and attributes.
 * @throws Error when it is no batch
 */
export const describeBatch = (body: string): string => {
  const [version, token, frameText, ...rest] = body.split('.');
  if (version !== WIRE_VERSION || token === undefined || frameText === undefined || rest.length) {
    throw new Error(`it does not have the form ${WIRE_VERSION}.<token>.<frame>`);
  }
  const frame = decodeFrame(fromBase64Url(frameText));
  const type = TRANSACTION_TYPES[frame.transactionType]!;
  const sealed = frame.baseTimeMs + frame.sentAfterMs;
  return [
    ...describeToken(token),
    `batch         ${frame.batchSeq}, logs ${frame.firstLogSeq} to ${frame.firstLogSeq + frame.logs.length - 1}`,
    `transaction   type ${type.id} ${type.label}`,
    `sealed        ${time(sealed)} by the device's clock, ${frame.sentAfterMs} ms after its base time`,
    `size          ${body.length} bytes, ${Math.round((frameText.length * 3) / 4 / frame.logs.length)} a log`,
    '',
    ...frame.logs.map((log) => describeLog(log, frame.transactionType)),
  ].join('\n');
};

const describeToken = (text: string): string[] => {
  const bytes = Buffer.from(fromBase64Url(text).buffer);
  if (bytes.length < TOKEN_FIELDS + TOKEN_MAC || bytes[0] !== 1) {
    return [`token         ${bytes.length} bytes, of no layout known to this version`];
  }
  const session = bytes.toString('hex', 11, 27);
  const reference = bytes
    .toString('latin1', TOKEN_FIELDS, bytes.length - TOKEN_MAC)
    .replace(/[^A-Za-z0-9_-]/g, '?');
  const seconds = (at: number): string => time(bytes.readUInt32BE(at) * 1_000);
  return [
    `merchant      ${bytes.toString('hex', 3, 11)}`,
    `session       ${session}`,
    `reference     ${reference || `~${session} (the merchant gave none)`}`,
    `assurance     ${bytes[2]}, key id ${bytes[1]}`,
    `token         issued ${seconds(35)}, expires ${seconds(39)} (not checked here)`,
  ];
};

const describeLog = (log: DecodedLog, transactionType: number): string => {
  const name = LOG_CODE.get(log.code)?.name ?? 'unknown';
  const attributes = Object.entries(log.attributes).map(([key, value]) => `${key}=${valueText(key, value)}`);
  if (log.unknownArgs.length) attributes.push(`unknown=[${log.unknownArgs.join(',')}]`);
  const head = `${String(log.seq).padStart(4)}  ${time(log.timeMs)}  ${storedCode(transactionType, log.code)}  ${name.padEnd(20)}`;
  return `${head}  ${attributes.join(' ')}`.trimEnd();
};

const valueText = (name: string, value: number | string): string => {
  if (typeof value === 'string') return value;
  if (name === 'field') return `${value}(${FIELD_CLASSES[value]?.name ?? 'unknown'})`;
  const attribute = ATTRIBUTE.get(name);
  const named = Object.entries(attribute?.values ?? {}).filter(([, v]) =>
    attribute?.type === 'bits' ? (value & v) !== 0 : v === value,
  );
  return named.length ? `${value}(${named.map(([n]) => n).join('+')})` : `${value}${attribute?.unit ?? ''}`;
};

/** A device may claim any time; one that no calendar holds is shown as its number. */
const time = (ms: number): string => {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? `${ms} ms` : date.toISOString().slice(0, 23);
};
