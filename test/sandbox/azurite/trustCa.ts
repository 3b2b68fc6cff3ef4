import { getCACertificates, setDefaultCACertificates } from "node:tls";

/**
 * Makes every TLS client of this process trust `caPem`: the storage clients take no CA of their own. Returns the undo;
 * without it, the next sandbox's CA, which has the same name, would be looked up in vain.
 */
export function trustCa(caPem: string): () => void {
  const before = getCACertificates("default");
  setDefaultCACertificates([...before, caPem]);
  return () => setDefaultCACertificates(before);
}
