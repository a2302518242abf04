/** The varint that a frame begins with: its batch number. The frame is known to decode. */
export const firstVarint = (frame: Uint8Array): number => {
  let value = 0;
  let scale = 1;
  for (const byte of frame) {
    value += (byte & 127) * scale;
    if (byte < 128) break;
    scale *= 128;
  }
  return value;
};
