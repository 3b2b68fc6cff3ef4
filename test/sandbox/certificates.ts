import { randomBytes } from "node:crypto";
import selfsigned from "selfsigned";
import type { Certificates } from "./contracts.ts";

const TEN_YEARS_MS = 3650 * 86_400_000;
const KEY = { keyType: "ec", algorithm: "sha256" } as const;

/**
 * A new certificate authority, and a server certificate of it for `localhost` and `127.0.0.1`.
 * Call it in a process with real time: OpenSSL checks validity by the machine's clock and refuses a certificate of the future.
 */
export async function createCertificates(): Promise<Certificates> {
  const now = Date.now();
  const validity = { notBeforeDate: new Date(now - 86_400_000), notAfterDate: new Date(now + TEN_YEARS_MS) };
  // Two authorities of the same name in one trust store hide each other.
  const name = `Sandbox CA ${randomBytes(4).toString("hex")}`;
  const ca = await selfsigned.generate([{ name: "commonName", value: name }], {
    ...KEY,
    ...validity,
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const leaf = await selfsigned.generate([{ name: "commonName", value: "localhost" }], {
    ...KEY,
    ...validity,
    ca: { key: ca.private, cert: ca.cert },
    extensions: [
      { name: "basicConstraints", cA: false },
      { name: "keyUsage", digitalSignature: true },
      { name: "extKeyUsage", serverAuth: true },
      {
        name: "subjectAltName",
        altNames: [
          { type: 2, value: "localhost" },
          { type: 7, ip: "127.0.0.1" },
        ],
      },
    ],
  });
  return { caPem: ca.cert, keyPem: leaf.private, certPem: leaf.cert };
}
