const ENCODER = new TextEncoder();
const PRIME = 0x01000193;

/**
 * What stands for a text of a configuration value in storage: names are only ever compared, and any text may be a secret. 64 bits
 * of FNV-1a, case ignored; two texts that share one would only make more versions count as meant.
 */
export function hashName(text: string): string {
  let [high, low] = [0x811c9dc5, 0x9747b28c];
  for (const byte of ENCODER.encode(text.toLowerCase())) {
    high = Math.imul(high ^ byte, PRIME) >>> 0;
    low = Math.imul(low ^ (byte + 0x5b), PRIME) >>> 0;
  }
  return high.toString(16).padStart(8, "0") + low.toString(16).padStart(8, "0");
}
