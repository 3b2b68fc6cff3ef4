import { z } from "zod";
import { toArmId, typeOf } from "./armId.ts";
import type { ArtifactReference, ResourceKind } from "./resources.ts";

/** NFDV: `networkFunctionTemplate.networkFunctionApplications[].artifactProfile`, the same path for all application kinds. */
const Applications = z.object({
  networkFunctionTemplate: z.object({ networkFunctionApplications: z.array(z.unknown()) }),
});
const ApplicationProfile = z.object({
  artifactProfile: z.object({ artifactStore: z.object({ id: z.string() }) }).loose(),
});

/** NSDV: `resourceElementTemplates[].configuration.artifactProfile`; note the other key of the store reference. */
const Templates = z.object({ resourceElementTemplates: z.array(z.unknown()) });
const TemplateProfile = z.object({
  configuration: z.object({
    artifactProfile: z.object({ artifactStoreReference: z.object({ id: z.string() }) }).loose(),
  }),
});

const ARTIFACT_MANIFEST = "microsoft.hybridnetwork/publishers/artifactstores/artifactmanifests";
const STORE = "microsoft.hybridnetwork/publishers/artifactstores";

/** Every artifact reference of an NFDV or NSDV. What cannot be read becomes an `unreadable` reference, never nothing. */
export function readVersionReferences(
  kind: ResourceKind,
  properties: Record<string, unknown>,
): readonly ArtifactReference[] {
  return kind === "networkFunctionDefinitionVersion" ? readApplications(properties) : readTemplates(properties);
}

function readApplications(properties: Record<string, unknown>): readonly ArtifactReference[] {
  const parsed = Applications.safeParse(properties);
  if (!parsed.success) return [unreadable("networkFunctionTemplate.networkFunctionApplications")];
  return parsed.data.networkFunctionTemplate.networkFunctionApplications.flatMap((application) => {
    const profile = ApplicationProfile.safeParse(application);
    if (!profile.success) return [unreadable(JSON.stringify(application).slice(0, 200))];
    const { artifactStore, ...rest } = profile.data.artifactProfile;
    const chart = isChart(application, rest);
    return listNames(rest).map((named) => toReference(artifactStore.id, { chart, ...named }));
  });
}

function readTemplates(properties: Record<string, unknown>): readonly ArtifactReference[] {
  const parsed = Templates.safeParse(properties);
  if (!parsed.success) return [unreadable("resourceElementTemplates")];
  return parsed.data.resourceElementTemplates.map((template) => {
    const profile = TemplateProfile.safeParse(template);
    if (!profile.success) return unreadable(JSON.stringify(template).slice(0, 200));
    const { artifactStoreReference, ...rest } = profile.data.configuration.artifactProfile;
    return toReference(artifactStoreReference.id, {
      chart: false,
      name: text(rest["artifactName"]),
      version: text(rest["artifactVersion"]),
    });
  });
}

interface Named {
  readonly chart: boolean;
  readonly name: string | undefined;
  readonly version: string | undefined;
}

function toReference(idText: string, { chart, name, version }: Named): ArtifactReference {
  const id = toArmId(idText);
  const type = id && typeOf(id);
  if (id && type === ARTIFACT_MANIFEST) return { form: "artifactManifest", id };
  if (id && type === STORE) return { form: "store", id, chart, artifact: name ? { name, version } : undefined };
  return unreadable(idText);
}

/** A Helm package is told by its profile or its declared type; an application that declares neither counts as one. */
function isChart(application: unknown, profile: Record<string, unknown>): boolean {
  const type = z.object({ artifactType: z.string() }).safeParse(application).data?.artifactType.toLowerCase();
  const known = ["vhdimagefile", "armtemplate", "imagefile"];
  return "helmArtifactProfile" in profile || type === undefined || !known.includes(type);
}

const NAME_FIELDS = [
  ["vhdArtifactProfile", "vhdName", "vhdVersion"],
  ["imageArtifactProfile", "imageName", "imageVersion"],
  ["templateArtifactProfile", "templateName", "templateVersion"],
] as const;

/** One entry per profile that is there; a single one without a name where none is. */
function listNames(profile: Record<string, unknown>): readonly Omit<Named, "chart">[] {
  const names = NAME_FIELDS.flatMap(([field, name, version]) => {
    const parsed = z.record(z.string(), z.unknown()).safeParse(profile[field]);
    return parsed.success ? [{ name: text(parsed.data[name]), version: text(parsed.data[version]) }] : [];
  });
  return names.length === 0 ? [{ name: undefined, version: undefined }] : names;
}

const unreadable = (what: string): ArtifactReference => ({ form: "unreadable", text: what });

const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);
