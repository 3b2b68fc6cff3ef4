import { Random } from "./random.ts";

const FRAGMENT_COUNT = 509;
const FRAGMENTS = Array.from({ length: FRAGMENT_COUNT }, (_, index) => aFragment(new Random(`fragment ${index}`)));

/**
 * JSON text of about `bytes` characters as Helm values and configuration values look: nested, repetitive, with placeholders.
 * `known` comes first, as its own members.
 */
export function aJsonText(random: Random, bytes: number, known: Readonly<Record<string, unknown>> = {}): string {
  const parts = Object.entries(known).map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  let length = parts.reduce((sum, part) => sum + part.length + 1, 2);
  while (length < bytes) {
    const part = `"component${parts.length}":${FRAGMENTS[random.between(0, FRAGMENT_COUNT - 1)] ?? "{}"}`;
    parts.push(part);
    length += part.length + 1;
  }
  return `{${parts.join(",")}}`;
}

function aFragment(random: Random): string {
  const memory = `${random.between(1, 32) * 128}Mi`;
  return JSON.stringify({
    enabled: random.chance(0.8),
    replicaCount: `{deployParameters.replicas${random.between(1, 9)}}`,
    image: { repository: `worker-${random.between(1, 400)}`, pullPolicy: "IfNotPresent" },
    resources: {
      limits: { cpu: `${random.between(1, 8) * 250}m`, memory },
      requests: { cpu: "250m", memory: "256Mi" },
    },
    service: { type: "ClusterIP", port: random.between(1_024, 65_000), name: `svc-${random.between(1, 9_999)}` },
    logging: { level: random.chance(0.5) ? "info" : "warning", endpoint: `10.${random.between(0, 255)}.16.4:514` },
  });
}
