metadata name = 'aosm-publisher-cleanup'
metadata description = 'The clean-up service in a resource group of its own. It reads this subscription; registries are granted apart from it.'

targetScope = 'subscription'

import { freezeWindowType, settingsType, storeType } from 'types.bicep'

@description('Name of the azd environment; names and tags rest on it.')
@minLength(1)
@maxLength(32)
param environmentName string

@description('Region of everything that is created, best that of the registries.')
param location string

@description('Created by this deployment, and deleted by azd down with all that is in it. Never one that holds anything else.')
@minLength(1)
@maxLength(90)
param resourceGroupName string = 'rg-${environmentName}'

@description('The highest mode of the whole service.')
@allowed([
  'report'
  'enforce'
])
param mode string = 'report'

@description('Which artifact stores are enrolled. None is by default.')
param stores storeType[] = []

@description('Times in which nothing is deleted.')
param freezeWindows freezeWindowType[] = []

@description('Where publishers and their consumers are looked for.')
@allowed([
  'tenant'
  'managementGroups'
  'subscriptions'
])
param graphScope string = 'tenant'

@description('Names of management groups; only with graphScope managementGroups.')
param managementGroups string[] = []

@description('Ids of subscriptions that every snapshot must see.')
param subscriptions string[] = []

@description('Six NCRONTAB fields, UTC.')
param snapshotSchedule string = '0 0 1 * * *'

@description('Six NCRONTAB fields, UTC. Leave the inventory time to end.')
param markSchedule string = '0 0 3 * * *'

@description('Six NCRONTAB fields, UTC.')
param purgeSchedule string = '0 0 4 * * *'

@description('Further settings of the app, by their names.')
param settings settingsType = {}

@description('An identity that may restore. It can do nothing before a registry grants it AcrPush.')
param restore bool = false

@description('Reader for the observer on this subscription. The other subscriptions of the tenant: infra/access.')
param observeSubscription bool = true

@description('Newest LTS of Node.js that Flex Consumption runs; the app needs 22.15.')
@allowed([
  '22'
  '24'
])
param nodeVersion string = '24'

@description('Memory of an instance, in MB.')
@allowed([
  512
  2048
  4096
])
param instanceMemoryMB int = 2048

@description('Each instance works on a few registries at a time.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('Days in which nothing in the journal can be changed or deleted, appends apart; 0: no such policy.')
@minValue(0)
@maxValue(3650)
param journalImmutabilityDays int = 0

@description('Days after which journal files are deleted, unless a policy of journalImmutabilityDays keeps them; 0: never. The bytes of what was deleted are never dropped.')
@minValue(0)
@maxValue(3650)
param journalRetentionDays int = 1095

@description('How the storage account is replicated.')
@allowed([
  'Standard_LRS'
  'Standard_ZRS'
  'Standard_GRS'
  'Standard_GZRS'
])
param storageSku string = 'Standard_ZRS'

@description('Days that telemetry is kept.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 90

@description('Whether the alert rules are on.')
param alertsEnabled bool = true

@description('Who is mailed when an alert rule fires.')
param alertMails string[] = []

@description('Also called when an alert rule fires, in the common alert schema. It may hold a secret.')
@secure()
param alertWebhook string = ''

@description('Client id of the app registration that callers of the API need a token for; empty: function keys alone.')
param authClientId string = ''

@description('Storage by private endpoints only, and the app in a virtual network. The subscription needs the resource provider Microsoft.App.')
param privateNetworking bool = false

@description('Of the virtual network. Two subnets of a /24 are cut from it.')
param addressPrefix string = '10.86.0.0/22'

@description('Ids of registries that a private endpoint is asked for; their owner must approve it. Only with privateNetworking.')
param privateRegistries string[] = []

var resourceToken = uniqueString(subscription().id, environmentName, location)
var tags = {
  'azd-env-name': environmentName
}

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: resourceGroupName
  location: location
  tags: tags
}

module identities 'app/identities.bicep' = {
  name: 'identities'
  scope: group
  params: {
    location: location
    tags: tags
    resourceToken: resourceToken
    restore: restore
  }
}

module network 'app/network.bicep' = if (privateNetworking) {
  name: 'network'
  scope: group
  params: {
    location: location
    tags: tags
    resourceToken: resourceToken
    addressPrefix: addressPrefix
    privateRegistries: privateRegistries
  }
}

module storage 'app/storage.bicep' = {
  name: 'storage'
  scope: group
  params: {
    location: location
    tags: tags
    resourceToken: resourceToken
    sku: storageSku
    isPrivate: privateNetworking
    journalImmutabilityDays: journalImmutabilityDays
    journalRetentionDays: journalRetentionDays
  }
}

module storageEndpoints 'app/storageEndpoints.bicep' = if (privateNetworking) {
  name: 'storageEndpoints'
  scope: group
  params: {
    location: location
    tags: tags
    storageName: storage.outputs.name
    subnetId: privateNetworking ? network!.outputs.endpointSubnetId : ''
    virtualNetworkId: privateNetworking ? network!.outputs.virtualNetworkId : ''
  }
}

module monitoring 'app/monitoring.bicep' = {
  name: 'monitoring'
  scope: group
  params: {
    location: location
    tags: tags
    resourceToken: resourceToken
    logRetentionDays: logRetentionDays
  }
}

module roles 'app/roles.bicep' = {
  name: 'roles'
  scope: group
  params: {
    observerPrincipalId: identities.outputs.observerPrincipalId
    storageName: storage.outputs.name
    componentName: monitoring.outputs.componentName
  }
}

module subscriptionRoles 'access/subscription.bicep' = if (observeSubscription) {
  name: 'cleanup-reader-${resourceToken}'
  params: {
    observerPrincipalId: identities.outputs.observerPrincipalId
  }
}

module functionApp 'app/functionApp.bicep' = {
  name: 'functionApp'
  scope: group
  params: {
    location: location
    tags: tags
    resourceToken: resourceToken
    storageName: storage.outputs.name
    packageContainer: storage.outputs.packageContainer
    componentName: monitoring.outputs.componentName
    identityIds: identities.outputs.ids
    observerId: identities.outputs.observerId
    observerClientId: identities.outputs.observerClientId
    purgerClientId: identities.outputs.purgerClientId
    restorerClientId: identities.outputs.restorerClientId
    mode: mode
    stores: stores
    freezeWindows: freezeWindows
    graphScope: graphScope
    managementGroups: managementGroups
    subscriptions: subscriptions
    snapshotSchedule: snapshotSchedule
    markSchedule: markSchedule
    purgeSchedule: purgeSchedule
    settings: settings
    requireAppRoles: !empty(authClientId)
    nodeVersion: nodeVersion
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    subnetId: privateNetworking ? network!.outputs.appSubnetId : ''
  }
  // Without its roles and the way to its storage the app can neither be deployed nor start.
  dependsOn: [
    roles
    storageEndpoints
  ]
}

module auth 'app/auth.bicep' = if (!empty(authClientId)) {
  name: 'auth'
  scope: group
  params: {
    appName: functionApp.outputs.name
    clientId: authClientId
  }
}

module alerts 'app/alerts.bicep' = {
  name: 'alerts'
  scope: group
  params: {
    location: location
    tags: tags
    resourceToken: resourceToken
    componentId: monitoring.outputs.componentId
    isEnabled: alertsEnabled
    mails: alertMails
    webhook: alertWebhook
  }
}

module workbook 'app/workbook.bicep' = {
  name: 'workbook'
  scope: group
  params: {
    location: location
    tags: tags
    componentId: monitoring.outputs.componentId
  }
}

module resourceGraphQueries 'app/resourceGraphQueries.bicep' = {
  name: 'resourceGraphQueries'
  scope: group
  params: {
    tags: tags
  }
}

output AZURE_LOCATION string = location
output AZURE_TENANT_ID string = tenant().tenantId
output AZURE_RESOURCE_GROUP string = group.name
output SERVICE_API_NAME string = functionApp.outputs.name
output SERVICE_API_URI string = functionApp.outputs.uri

@description('What infra/access grants roles to.')
output OBSERVER_PRINCIPAL_ID string = identities.outputs.observerPrincipalId
output PURGER_PRINCIPAL_ID string = identities.outputs.purgerPrincipalId
output RESTORER_PRINCIPAL_ID string = identities.outputs.restorerPrincipalId
