import { type CnfRelease, type CnfReleaseOptions, aCnfRelease } from "./aCnfRelease.ts";
import { CORE_STORE, EDGE_STORE } from "./places.ts";

/** Every release that is there on the first night. Dates are after 2025-03-30, when the layout by artifact manifest began. */

type Family = Pick<CnfReleaseOptions, "store" | "cnf" | "images" | "imageFormat" | "imageTag" | "sidecar">;
type VersionLine = readonly [version: string, releasedAt: string, versionState: CnfReleaseOptions["versionState"]];

const SIDECAR = { name: "sbi-proxy", version: "1.8.0" };
const inCore = { store: CORE_STORE, sidecar: SIDECAR };

/** What all releases of a network function have in common. */
export const FAMILIES = {
  amf: { ...inCore, cnf: "amf", images: ["amf-ngap", "amf-sbi"] },
  smf: { ...inCore, cnf: "smf", images: ["smf-session", "smf-pfcp"] },
  nrf: { ...inCore, cnf: "nrf", images: ["nrf-registry"] },
  ausf: { ...inCore, cnf: "ausf", images: ["ausf-auth"] },
  udm: { ...inCore, cnf: "udm", images: ["udm-sdm", "udm-uecm"] },
  pcf: { ...inCore, cnf: "pcf", images: ["pcf-policy"] },
  nssf: { ...inCore, cnf: "nssf", images: ["nssf-select"] },
  scp: { ...inCore, cnf: "scp", images: ["scp-router"] },
  upf: { store: EDGE_STORE, cnf: "upf", images: ["upf-datapath", "upf-control"], imageFormat: "nested" },
  n3iwf: { store: EDGE_STORE, cnf: "n3iwf", images: ["n3iwf-gateway"], imageFormat: "docker" },
  nef: { store: EDGE_STORE, cnf: "nef", images: ["nef-exposure"] },
  /** What the build server makes each night: the tag of its image moves, the version stays. */
  upfNightly: { store: EDGE_STORE, cnf: "upf-nightly", images: ["upf-datapath"], imageTag: "nightly" },
} satisfies Record<string, Family>;

function releasesOf(family: Family, versions: readonly VersionLine[]): CnfRelease[] {
  return versions.map(([version, releasedAt, versionState = "Active"]) =>
    aCnfRelease({ ...family, version, releasedAt, versionState }),
  );
}

export const RELEASES: readonly CnfRelease[] = [
  ...releasesOf(FAMILIES.amf, [
    ["1.2.0", "2025-04-28T07:30:00Z", "Deprecated"],
    ["1.3.0", "2025-07-14T07:30:00Z", "Deprecated"],
    ["1.4.0", "2025-10-06T07:30:00Z", "Active"],
    ["1.5.0", "2026-01-19T07:30:00Z", "Active"],
  ]),
  ...releasesOf(FAMILIES.smf, [
    ["2.0.0", "2025-05-05T08:10:00Z", "Deprecated"],
    ["2.1.0", "2025-08-11T08:10:00Z", "Deprecated"],
    ["2.2.0", "2025-11-03T08:10:00Z", "Active"],
    ["2.3.0", "2026-02-02T08:10:00Z", "Active"],
  ]),
  ...releasesOf(FAMILIES.nrf, [
    ["1.0.0", "2025-04-14T06:45:00Z", "Deprecated"],
    ["1.1.0", "2025-09-01T06:45:00Z", "Active"],
    ["1.2.0", "2025-12-15T06:45:00Z", "Active"],
  ]),
  ...releasesOf(FAMILIES.ausf, [
    ["1.0.0", "2025-05-26T09:00:00Z", "Deprecated"],
    ["1.1.0", "2025-11-24T09:00:00Z", "Active"],
  ]),
  ...releasesOf(FAMILIES.udm, [
    ["3.0.0", "2025-06-02T07:15:00Z", "Deprecated"],
    ["3.1.0", "2025-09-22T07:15:00Z", "Active"],
    ["3.2.0", "2026-01-12T07:15:00Z", "Active"],
  ]),
  ...releasesOf(FAMILIES.pcf, [
    ["1.1.0", "2025-06-16T10:20:00Z", "Deprecated"],
    ["1.2.0", "2025-12-01T10:20:00Z", "Active"],
  ]),
  ...releasesOf(FAMILIES.nssf, [
    ["1.0.0", "2025-07-07T08:40:00Z", "Deprecated"],
    ["1.1.0", "2026-01-26T08:40:00Z", "Active"],
  ]),
  ...releasesOf(FAMILIES.scp, [
    ["1.0.0", "2025-08-25T09:50:00Z", "Deprecated"],
    ["1.1.0", "2026-02-09T09:50:00Z", "Active"],
  ]),
  ...releasesOf(FAMILIES.upf, [
    ["4.0.0", "2025-06-23T11:00:00Z", "Deprecated"],
    ["4.1.0", "2025-10-20T11:00:00Z", "Active"],
    ["4.2.0", "2026-02-16T11:00:00Z", "Active"],
  ]),
  ...releasesOf(FAMILIES.n3iwf, [
    ["1.0.0", "2025-07-28T12:30:00Z", "Deprecated"],
    ["1.1.0", "2025-12-08T12:30:00Z", "Active"],
  ]),
  ...releasesOf(FAMILIES.nef, [["1.0.0", "2026-01-05T13:00:00Z", "Preview"]]),
  ...releasesOf(FAMILIES.upfNightly, [["0.1.0", "2026-02-23T22:00:00Z", "Preview"]]),
];

/** The release of the first night with this artifact manifest, such as `amf-1-4-0`; throws if there is none. */
export function releaseNamed(artifactManifestName: string): CnfRelease {
  const release = RELEASES.find((candidate) => candidate.artifactManifestName === artifactManifestName);
  if (!release) throw new Error(`The default estate has no release ${artifactManifestName}`);
  return release;
}
