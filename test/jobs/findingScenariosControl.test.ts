import { describe, expect, it } from "@jest/globals";
import { applyControl } from "../support/scenarioControl.ts";
import { aRegistry, manifestId, networkFunctionId, PUBLISHER, registryIdOf, smallEstate } from "./smallEstate.ts";

const estate = {
  ...smallEstate(),
  events: [
    {
      at: "+1d",
      type: "deleteResource" as const,
      id: networkFunctionId("site"),
      force: false,
      note: "it is shut down",
    },
    { at: "+2d", type: "deleteResource" as const, id: manifestId("live"), force: false },
  ],
};

const apply = (control: Readonly<Record<string, unknown>>) =>
  applyControl(estate, { $comment: "of the test", ...control }, "test");

describe("a control", () => {
  it("removes, adds and replaces resources by id, whatever the casing", () => {
    const changed = apply({
      remove: [networkFunctionId("site").toUpperCase()],
      add: [{ id: networkFunctionId("other") }],
      replace: [{ id: manifestId("old").toLowerCase(), properties: { artifacts: [] }, tags: { owner: "me" } }],
    });
    const ids = changed.resources.map(({ id }) => id);
    expect(ids).not.toContain(networkFunctionId("site"));
    expect(ids).toContain(networkFunctionId("other"));
    const old = changed.resources.find(({ id }) => id.toLowerCase() === manifestId("old").toLowerCase());
    expect(old).toMatchObject({
      tags: { owner: "me" },
      properties: { artifacts: [], artifactManifestState: "Uploaded" },
    });
  });

  it("leaves events out, by note or by place", () => {
    expect(apply({ leaveOut: ["it is shut down"] }).events).toEqual([estate.events[1]]);
    expect(apply({ leaveOut: [1] }).events).toEqual([estate.events[0]]);
  });

  it("replaces settings, and fields of registries", () => {
    const changed = apply({ settings: { GRACE: "3d" }, registries: [{ name: "contosoacr", sku: "Basic" }] });
    expect(changed.settings).toEqual({ ...estate.settings, GRACE: "3d" });
    expect(changed.registries).toEqual([{ ...estate.registries[0], sku: "Basic" }]);
  });

  it("leaves the rest as it is", () => {
    expect(apply({})).toEqual(estate);
  });

  it.each([
    { name: "a resource to be removed", control: { remove: [`${PUBLISHER}x`] }, says: /to be removed/ },
    { name: "a resource to be changed", control: { replace: [{ id: `${PUBLISHER}x` }] }, says: /to be changed/ },
    {
      name: "a registry to be changed",
      control: { registries: [aRegistry("otheracr", [], { resourceId: registryIdOf() })] },
      says: /to be changed: otheracr/,
    },
    { name: "an event to be left out, by note", control: { leaveOut: ["it is built"] }, says: /"it is built"/ },
    { name: "an event to be left out, by place", control: { leaveOut: [2] }, says: /"2"/ },
    { name: "what a control may say", control: { skip: [] }, says: /skip/ },
  ])("is refused where there is no such thing as $name", ({ control, says }) => {
    expect(() => apply(control)).toThrow(says);
  });
});
