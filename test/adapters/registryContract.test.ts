import { describeRegistry } from "../contract/registry.ts";
import { useRegistryBench } from "./registryBench.ts";

const bench = useRegistryBench({ repositories: [] });

describeRegistry("the sandbox, through the real adapters", async (repositories) => {
  await bench.load({
    repositories: Object.entries(repositories).map(([name, samples]) => ({
      name,
      manifests: samples.map(({ mediaType, text, tags, locked }) => ({
        mediaType,
        manifest: JSON.parse(text),
        tags: [...tags],
        ...(locked && { attributes: { deleteEnabled: false } }),
      })),
    })),
  });
  return { reader: bench.reader(), purger: bench.purger() };
});
