import { describeRegistry } from "../contract/registry.ts";
import { MemoryRegistry } from "../fakes/memoryRegistry.ts";

describeRegistry("the fakes", async (repositories) => {
  const registry = new MemoryRegistry();
  for (const [name, samples] of Object.entries(repositories))
    for (const sample of samples) registry.push(name, { ...sample, createdAt: "2026-01-05T10:00:00Z" });
  return { reader: registry, purger: registry };
});
