const PRIME = 0x01000193;

/**
 * What stands for a text of a configuration value in storage: names are only ever compared, and any text may be a secret. 64 bits
 * of FNV-1a over UTF-16 units, case ignored; two texts that share one would only make more versions count as meant.
 */
export function hashName(text: string): string {
  let [high, low] = [0x811c9dc5, 0x9747b28c];
  const lower = text.toLowerCase();
  for (let index = 0; index < lower.length; index += 1) {
    const unit = lower.charCodeAt(index);
    high = Math.imul(high ^ unit, PRIME);
    low = Math.imul(low ^ (unit + 0x5b), PRIME);
  }
  return toHex(high) + toHex(low);
}

const toHex = (hash: number): string => (hash >>> 0).toString(16).padStart(8, "0");
