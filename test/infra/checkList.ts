import { findAlertProblems, findFigureProblems, findQueryProblems, findUnknownTelemetry } from "./alerts.ts";
import type { Change } from "./brokenCopy.ts";
import {
  findForbidden,
  findForeign,
  findOpenDoors,
  findQueueProblems,
  findRegistries,
  findSecretOutputs,
} from "./doors.ts";
import type { Infra } from "./infra.ts";
import { readInfra } from "./infra.ts";
import { findGrantProblems, findWideRights } from "./roles.ts";
import { findSettingProblems } from "./settings.ts";
import { findUnused } from "./unused.ts";

interface Check {
  readonly promise: string;
  /** What is wrong in a folder. */
  readonly find: (folder: string) => string[];
  /** Each breaks the promise. */
  readonly broken: readonly Change[];
}

const of =
  (find: (infra: Infra) => string[]) =>
  (folder: string): string[] =>
    find(readInfra(folder));

/** What holds for infra/, with changes that would break it: each must be found. */
export const CHECKS: readonly Check[] = [
  {
    promise: "every setting that the code reads can be set, and none is set that nobody reads",
    find: of(findSettingProblems),
    broken: [
      { file: "app/functionApp.bicep", from: "  MODE: mode\n", to: "" },
      { file: "app/functionApp.bicep", from: "  MODE: mode\n", to: "  MODE: mode\n  MODUS: mode\n" },
      { file: "types.bicep", from: "  GRACE: string?\n", to: "" },
      { file: "types.bicep", from: "  GRACE: string?\n", to: "  GRACE: string?\n\n  MODE: string?\n" },
    ],
  },
  {
    promise: "role assignments and docs/permissions.md agree both ways",
    find: of((infra) => findGrantProblems(infra)),
    broken: [
      {
        file: "access/registry.bicep",
        from: "c2f4ef07-c644-48eb-af81-4b1b4947fb11",
        to: "8311e382-0749-4cb8-b61a-304f252e45ec",
      },
      { file: "app/roles.bicep", from: "  '974c5e8b-45b9-4653-ba55-5f855dd0fb88'\n", to: "" },
      { file: "app/roles.bicep", from: "scope: component\n", to: "scope: account\n" },
    ],
  },
  {
    promise: "nobody is given a role over everything, and azd up gives nobody a right to delete or to push",
    find: of(findWideRights),
    broken: [
      {
        file: "app/roles.bicep",
        from: "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
        to: "b24988ac-6180-42a0-ab88-20f7382dd24c",
      },
      {
        file: "main.bicep",
        from: "    observerPrincipalId: identities.outputs.observerPrincipalId\n  }\n}\n\nmodule functionApp",
        to: "    observerPrincipalId: identities.outputs.observerPrincipalId\n    purgerPrincipalId: 'purger'\n  }\n}\n\nmodule functionApp",
      },
      {
        file: "access/managementGroup.bicep",
        from: "resource reader",
        to: `resource wide 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(readerRoleId)
  properties: {
    permissions: [
      {
        actions: ['Microsoft.ContainerRegistry/*']
      }
    ]
  }
}

resource reader`,
      },
    ],
  },
  {
    promise: "nothing takes a shared key, a password, an old TLS or an anonymous reader, and alerts are on",
    find: of(findOpenDoors),
    broken: [
      { file: "app/storage.bicep", from: "allowSharedKeyAccess: false", to: "allowSharedKeyAccess: true" },
      { file: "app/storage.bicep", from: "TLS1_2", to: "TLS1_0" },
      { file: "app/storage.bicep", from: "    publicAccess: 'None'", to: "    publicAccess: 'Blob'" },
      { file: "app/storage.bicep", from: "allowProtectedAppendWrites: true", to: "allowProtectedAppendWrites: false" },
      { file: "app/monitoring.bicep", from: "    DisableLocalAuth: true\n", to: "" },
      { file: "app/functionApp.bicep", from: "    allow: false", to: "    allow: true" },
      { file: "main.bicep", from: "alertsEnabled bool = true", to: "alertsEnabled bool = false" },
    ],
  },
  {
    promise: "azd up puts nothing outside of its own resource group, so that azd down deletes no other",
    find: of(findForeign),
    broken: [
      {
        file: "main.bicep",
        from: "module functionApp",
        to: `resource managed 'Microsoft.Resources/resourceGroups@2025-04-01' existing = {
  name: 'managed'
}

module registryRoles 'access/registry.bicep' = {
  name: 'registryRoles'
  scope: managed
  params: {
    registryName: 'acme'
    observerPrincipalId: identities.outputs.observerPrincipalId
  }
}

module functionApp`,
      },
    ],
  },
  {
    promise: "no registry, and no resource of AOSM, is deployed",
    find: of(findRegistries),
    broken: [
      { file: "access/registry.bicep", from: "registries@2025-04-01' existing =", to: "registries@2025-04-01' =" },
    ],
  },
  {
    promise: "no output holds a secret",
    find: of(findSecretOutputs),
    broken: [
      {
        file: "main.bicep",
        from: "output AZURE_LOCATION string = location",
        to: "output AZURE_LOCATION string = alertWebhook",
      },
      {
        file: "app/monitoring.bicep",
        from: "output componentName string = component.name",
        to: "output componentName string = component.name\noutput connectionString string = component.properties.ConnectionString",
      },
    ],
  },
  {
    promise: "no key is asked for, nothing changes from one azd up to the next, and nothing is fetched",
    find: findForbidden,
    broken: [
      {
        file: "app/storage.bicep",
        from: "output name string = account.name",
        to: "output name string = account.listKeys().keys[0].value",
      },
      { file: "app/workbook.bicep", from: "guid(resourceGroup().id, 'workbook')", to: "newGuid()" },
      { file: "main.bicep", from: "'app/workbook.bicep'", to: "'br/public:avm/res/insights/workbook:0.1.0'" },
    ],
  },
  {
    promise: "every alert rule carries its query and its figures from infra/alerts, and tells the action group",
    find: of(findAlertProblems),
    broken: [
      {
        file: "app/alerts.bicep",
        from: "newFindings: loadTextContent('../alerts/newFindings.kql')",
        to: "newFindings: 'customEvents'",
      },
      {
        file: "app/alerts.bicep",
        from: "loadTextContent('../alerts/purgeFailed.kql')",
        to: "loadTextContent('../alerts/newFindings.kql')",
      },
      { file: "app/alerts.bicep", from: "rule.value.threshold", to: "1" },
      { file: "app/alerts.bicep", from: "rule.value.severity", to: "4" },
      { file: "app/alerts.bicep", from: "actionGroups: [people.id]", to: "actionGroups: []" },
      {
        file: "app/alerts.bicep",
        from: "enabled: isEnabled\n      severity: rule.value.severity",
        to: "enabled: isEnabled",
      },
    ],
  },
  {
    promise: "no rule has a figure that Azure Monitor refuses, or looks away for a time",
    find: findFigureProblems,
    broken: [
      { file: "alerts/rules.json", from: '"severity": 3', to: '"severity": 5' },
      { file: "alerts/rules.json", from: '"windowSize": "PT30M"', to: '"windowSize": "PT10M"' },
      { file: "alerts/rules.json", from: '"windowSize": "P2D"', to: '"windowSize": "P3D"' },
      { file: "alerts/rules.json", from: '"autoMitigate": true', to: '"autoMitigates": true' },
    ],
  },
  {
    promise: "rules and workbook ask for events, metrics and fields that the app emits",
    find: of(findUnknownTelemetry),
    broken: [
      { file: "alerts/newFindings.kql", from: "findingOpened", to: "findingSeen" },
      { file: "alerts/newFindings.kql", from: "customDimensions.severity", to: "customDimensions.gravity" },
      { file: "workbook.json", from: "customDimensions.deletedBytes", to: "customDimensions.freedBytes" },
      { file: "alerts/backlogOverdue.kql", from: "oldestOverdueHours", to: "oldestOverdueDays" },
    ],
  },
  {
    promise: "the shared queries are those of infra/queries",
    find: of(findQueryProblems),
    broken: [
      {
        file: "app/resourceGraphQueries.bicep",
        from: "  emptyGroups: loadTextContent('../queries/emptyGroups.kql')\n",
        to: "",
      },
      { file: "app/resourceGraphQueries.bicep", from: "query: query.value", to: "query: toLower(query.value)" },
    ],
  },
  {
    promise: "the queues that functions listen on are created",
    find: of(findQueueProblems),
    broken: [{ file: "app/storage.bicep", from: "  'run-stage-poison'\n", to: "" }],
  },
  {
    promise: "nothing is declared that is not used",
    find: findUnused,
    broken: [
      {
        file: "app/auth.bicep",
        from: "param clientId string\n",
        to: "param clientId string\n\nparam tags { *: string } = {}\n",
      },
      {
        file: "app/roles.bicep",
        from: "var metricsPublisherRoleId",
        to: "var acrPullRoleId = '7f951dda'\nvar metricsPublisherRoleId",
      },
    ],
  },
];
