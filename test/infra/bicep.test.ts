import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { deployFile } from "./bicep/deploy.ts";
import { SUBSCRIPTION } from "./bicep/scope.ts";
import type { Change } from "./brokenCopy.ts";
import { withBrokenCopy } from "./brokenCopy.ts";
import { EVERYTHING } from "./infra.ts";

const CASES: readonly (Change & { readonly name: string; readonly says: RegExp })[] = [
  {
    name: "what is not Bicep",
    file: "app/auth.bicep",
    from: "param appName string",
    to: "param appName string = = 1",
    says: /auth\.bicep:\d+: not Bicep/,
  },
  {
    name: "a name that nothing declares",
    file: "app/auth.bicep",
    from: "name: appName",
    to: "name: appNome",
    says: /there is no appNome/,
  },
  {
    name: "an output that a module has not",
    file: "main.bicep",
    from: "functionApp.outputs.uri",
    to: "functionApp.outputs.url",
    says: /there is no url/,
  },
  {
    name: "a parameter that a module has not",
    file: "main.bicep",
    from: "    mode: mode\n",
    to: "    mode: mode\n    modus: mode\n",
    says: /no parameter modus/,
  },
  {
    name: "a parameter that a module is not given",
    file: "main.bicep",
    from: "    mode: mode\n",
    to: "",
    says: /parameter mode is not given/,
  },
  {
    name: "a parameter of another type",
    file: "main.bicep",
    from: "    isEnabled: alertsEnabled",
    to: "    isEnabled: 'yes'",
    says: /isEnabled is not bool/,
  },
  {
    name: "a value that is not allowed",
    file: "main.bicep",
    from: "param nodeVersion string = '24'",
    to: "param nodeVersion string = '24'\n",
    says: /nodeVersion is none of/,
  },
  {
    name: "a function that Bicep has not",
    file: "app/auth.bicep",
    from: "tenant()",
    to: "tennant()",
    says: /there is no function tennant/,
  },
  {
    name: "a loop whose length the compiler could not know",
    file: "app/functionApp.bicep",
    from: "map(items(allSettings), setting => { name: setting.key, value: setting.value })",
    to: "[for setting in items(allSettings): { name: setting.key, value: setting.value }]",
    says: /loops over what is known in Azure only/,
  },
  {
    name: "a file that is not there",
    file: "app/alerts.bicep",
    from: "alerts/rules.json",
    to: "alerts/rule.json",
    says: /ENOENT/,
  },
  {
    name: "a variable that rests on itself",
    file: "app/network.bicep",
    from: "environment().suffixes.acrLoginServer",
    to: "toLower(registrySuffix)",
    says: /rests on itself/,
  },
  {
    name: "a module for another scope",
    file: "main.bicep",
    from: "'app/auth.bicep' = if (!empty(authClientId)) {\n  name: 'auth'\n  scope: group",
    to: "'app/auth.bicep' = if (!empty(authClientId)) {\n  name: 'auth'",
    says: /is for resourceGroup, not subscription/,
  },
  {
    name: "what the grammar reads otherwise than Bicep",
    file: "app/auth.bicep",
    from: "clientId: clientId",
    to: "clientId: empty(clientId) ? clientId : tenant().tenantId",
    says: /needs parentheses/,
  },
];

/** By its form: an error of Node's own comes from outside of the test's realm, and is no instance of the Error here. */
const whole = (error: unknown): string =>
  typeof error === "object" && error !== null && "message" in error
    ? `${String(error.message)}\n${whole("cause" in error ? error.cause : undefined)}`
    : "";

test.each(CASES)("the sources are refused for $name", ({ says, ...change }) => {
  const params =
    change.file === "main.bicep" && change.from.includes("nodeVersion")
      ? { ...EVERYTHING, nodeVersion: "18" }
      : EVERYTHING;
  const deploy = (folder: string): string => {
    try {
      deployFile(join(folder, "main.bicep"), { scope: SUBSCRIPTION, params });
      return "";
    } catch (error) {
      return whole(error);
    }
  };
  expect(withBrokenCopy(change, deploy)).toMatch(says);
});
