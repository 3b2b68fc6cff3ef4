metadata description = 'The app on Flex Consumption, with all its settings.'

import { freezeWindowType, settingsType, storeType } from '../types.bicep'

param location string

param tags { *: string }

@minLength(13)
@maxLength(13)
param resourceToken string

param storageName string

param packageContainer string

param componentName string

param identityIds string[]

@description('Of the identity that reaches the storage account and the package in it.')
param observerId string

param observerClientId string

param purgerClientId string

@description('Empty: nothing is ever restored.')
param restorerClientId string

param mode string

param stores storeType[]

param freezeWindows freezeWindowType[]

param graphScope string

param managementGroups string[]

param subscriptions string[]

param snapshotSchedule string

param markSchedule string

param purgeSchedule string

param settings settingsType

@description('Whether a route asks for an app role; only with Easy Auth, which says who calls.')
param requireAppRoles bool

param nodeVersion string

param instanceMemoryMB int

param maximumInstanceCount int

@description('Empty: the app is in no virtual network.')
param subnetId string

var worker = loadJsonContent('../worker.json')
// Arguments of the worker's process. The host starts the worker anew for them; what is in NODE_OPTIONS comes too late for a
// worker that was started ahead. https://github.com/Azure/azure-functions-host, WebHostRpcWorkerChannelManager.UsePlaceholderChannel
var workerSettings = union(worker.environment, {
  languageWorkers__node__arguments: join(worker.nodeArguments, ' ')
})

resource account 'Microsoft.Storage/storageAccounts@2025-01-01' existing = {
  name: storageName
}

resource component 'Microsoft.Insights/components@2020-02-02' existing = {
  name: componentName
}

var storageSettings = {
  AzureWebJobsStorage__blobServiceUri: account.properties.primaryEndpoints.blob
  AzureWebJobsStorage__clientId: observerClientId
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__queueServiceUri: account.properties.primaryEndpoints.queue
  AzureWebJobsStorage__tableServiceUri: account.properties.primaryEndpoints.table
}
var telemetrySettings = {
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${observerClientId};Authorization=AAD'
  APPLICATIONINSIGHTS_CONNECTION_STRING: component.properties.ConnectionString
}
var identitySettings = {
  CREDENTIAL: 'managedIdentity'
  OBSERVER_CLIENT_ID: observerClientId
  PURGER_CLIENT_ID: purgerClientId
  RESTORER_CLIENT_ID: restorerClientId
}
// An empty one counts as not set.
var ownSettings = {
  APP_REGION: location
  FREEZE_WINDOWS: string(freezeWindows)
  GRAPH_SCOPE: graphScope
  MANAGEMENT_GROUPS: join(managementGroups, ',')
  MARK_SCHEDULE: markSchedule
  MODE: mode
  PURGE_SCHEDULE: purgeSchedule
  REQUIRE_APP_ROLES: requireAppRoles ? 'true' : 'false'
  SNAPSHOT_SCHEDULE: snapshotSchedule
  STORES: string({ stores: stores })
  SUBSCRIPTIONS: join(subscriptions, ',')
}

var allSettings = union(settings, workerSettings, storageSettings, telemetrySettings, identitySettings, ownSettings)

resource plan 'Microsoft.Web/serverfarms@2024-11-01' = {
  name: 'plan-${resourceToken}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    name: 'FC1'
    tier: 'FlexConsumption'
  }
  properties: {
    reserved: true
  }
}

resource app 'Microsoft.Web/sites@2024-11-01' = {
  name: 'func-${resourceToken}'
  location: location
  tags: union(tags, {
    'azd-service-name': 'api'
  })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: toObject(identityIds, id => id, id => {})
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${account.properties.primaryEndpoints.blob}${packageContainer}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: observerId
          }
        }
      }
      runtime: {
        name: 'node'
        version: nodeVersion
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
      }
    }
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      // No loop of Bicep's own: its length would have to be known before the account is asked for its addresses.
      appSettings: map(items(allSettings), setting => { name: setting.key, value: setting.value })
    }
  }
}

// Publishing takes a token of Entra ID, never a name and a password.
resource ftp 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-11-01' = {
  parent: app
  name: 'ftp'
  properties: {
    allow: false
  }
}

resource scm 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-11-01' = {
  parent: app
  name: 'scm'
  properties: {
    allow: false
  }
  // The platform changes one at a time.
  dependsOn: [
    ftp
  ]
}

output name string = app.name
output uri string = 'https://${app.properties.defaultHostName}'
