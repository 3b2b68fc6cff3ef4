import type { EventInput, ManifestInput } from "./estateInput.ts";
import { at, pushAll } from "./eventBuilders.ts";
import { EDGE_STORE } from "./places.ts";
import { type Upload, aMultiArchImage } from "./registryManifests.ts";

/**
 * A build server pushes the tag `nightly` again and again: each build strips the one before of its tag. The arm64 image
 * changes with every second build only, so an old index and the next one share it.
 */

const REPOSITORY = "upf-nightly-0-1-0/upf-datapath";
const BUILD_DAYS = [1, 3, 5, 8, 11, 15, 21];

export function listNightlyBuilds(): EventInput[] {
  return BUILD_DAYS.flatMap((day, index) => {
    const build = index + 1;
    const pushedAt = at(day, 22);
    const upload: Upload = {
      key: `${REPOSITORY}#build-${build}`,
      content: `upf-datapath build ${build}`,
      tags: ["nightly"],
      pushedAt,
    };
    const manifests =
      build % 2 === 0 ? sharingArm64(upload, `${REPOSITORY}#build-${build - 1}`) : aMultiArchImage(upload);
    return pushAll(EDGE_STORE, { name: REPOSITORY, manifests }, { at: pushedAt, note: `Nightly build ${build}` });
  });
}

/** The build whose index takes its arm64 image from the build before. */
function sharingArm64(upload: Upload, previousKey: string): ManifestInput[] {
  const own = `${upload.key}#arm64`;
  return aMultiArchImage(upload)
    .filter((manifest) => manifest.alias !== own)
    .map((manifest) => {
      if (!("children" in manifest) || !manifest.children) return manifest;
      const children = manifest.children.map((child) => {
        return child.ref === own ? { ...child, ref: `${previousKey}#arm64` } : child;
      });
      return { ...manifest, children };
    });
}
