import type { Mutation } from "./mutantApp.ts";

/** Each guard of the service taken out, to show that a test sees it missing. */
export const MUTATIONS = {
  childProtection: [
    {
      file: "lib/core/protection.js",
      from: "for (const child of manifest.edges?.children ?? [])",
      to: "for (const child of [])",
    },
  ],
  twoSightings: [
    {
      file: "lib/core/marks.js",
      from: "clockStartedAt: undefined,\n        deadline: undefined,",
      to: "clockStartedAt: at,\n        deadline: toIso(Date.parse(at) + observation.graceMs),",
    },
  ],
  grace: [
    {
      file: "lib/core/marks.js",
      from: "deadline: toIso(clock + observation.graceMs) }",
      to: "deadline: toIso(clock) }",
    },
    {
      file: "lib/core/planPurge.js",
      from: 'Date.parse(clockStartedAt ?? "") + graceMs',
      to: 'Date.parse(clockStartedAt ?? "")',
    },
  ],
  tagsReadAgain: [
    {
      file: "lib/jobs/purgeRepository.js",
      from: "const now = (await readRepository(source, name, async () => before)) ?? gone;",
      to: `const read = (await readRepository(source, name, async () => before)) ?? gone;
    const now = { ...read, manifests: read.manifests.map((manifest) => ({ ...manifest, tags: [] })) };`,
    },
    { file: "lib/jobs/lastLook.js", from: "if (now.tags.length > 0)", to: "if (false)" },
  ],
  inventoryCompleteness: [
    {
      file: "lib/jobs/readRepository.js",
      from: "const incomplete = isCounted(recount, listed)",
      to: "const incomplete = true",
    },
    { file: "lib/jobs/absences.js", from: "if (hidden.length === 0)", to: "if (true)" },
  ],
  absenceConfirmed: [
    {
      file: "lib/jobs/confirmAbsences.js",
      from: '.filter(({ answer }) => answer.is !== "absent")',
      to: ".filter(() => false)",
    },
  ],
} satisfies Readonly<Record<string, readonly Mutation[]>>;
