metadata description = 'What the identities may do in one registry. Deployed by hand into the resource group of the registry, never by azd.'

targetScope = 'resourceGroup'

param registryName string

param observerPrincipalId string

@description('Given: it may delete. Only for a registry that is to be purged.')
param purgerPrincipalId string = ''

@description('Given: it may put back what was deleted, and tag.')
param restorerPrincipalId string = ''

@description('Whether the registry is in ABAC mode (roleAssignmentMode AbacRepositoryPermissions), where AcrPull, AcrDelete and AcrPush count for nothing.')
param isAbac bool = false

@description('Only in ABAC mode: what the purger may delete from, such as amf-; empty: every repository. A repository begins with the name of its artifact manifest.')
param purgeablePrefixes string[] = []

var acrPullRoleId = '7f951dda-4ed3-4680-a7ca-43fe172d538d'
var acrDeleteRoleId = 'c2f4ef07-c644-48eb-af81-4b1b4947fb11'
var acrPushRoleId = '8311e382-0749-4cb8-b61a-304f252e45ec'
var repositoryReaderRoleId = 'b93aa761-3e63-49ed-ac28-beffa264f7ac'
var catalogListerRoleId = 'bfdb9389-c9a5-478a-bb2f-ba9ca092c3c7'
var repositoryContributorRoleId = '2efddaa5-3f1f-4df3-97df-af3f13818f4c'
var repositoryWriterRoleId = '2a1e307c-b015-4ebd-883e-5b7698a07328'

var observerRoleIds = isAbac ? [repositoryReaderRoleId, catalogListerRoleId] : [acrPullRoleId]
var purgerRoleId = isAbac ? repositoryContributorRoleId : acrDeleteRoleId
var restorerRoleId = isAbac ? repositoryWriterRoleId : acrPushRoleId

var repositoryActions = [
  'content/read'
  'content/write'
  'content/delete'
  'metadata/read'
  'metadata/write'
  'metadata/delete'
]
var otherActions = [
  for action in repositoryActions: '!(ActionMatches{\'Microsoft.ContainerRegistry/registries/repositories/${action}\'})'
]
var purgeableNames = [
  for prefix in purgeablePrefixes: '@Request[Microsoft.ContainerRegistry/registries/repositories:name] StringStartsWithIgnoreCase \'${prefix}\''
]
var purgeable = '((${join(otherActions, ' AND ')}) OR (${join(purgeableNames, ' OR ')}))'
var isLimited = isAbac && !empty(purgeablePrefixes)

resource registry 'Microsoft.ContainerRegistry/registries@2025-04-01' existing = {
  name: registryName
}

resource observerRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for roleId in observerRoleIds: {
    scope: registry
    name: guid(registry.id, observerPrincipalId, roleId)
    properties: {
      principalId: observerPrincipalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleId)
    }
  }
]

resource purgerRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(purgerPrincipalId)) {
  scope: registry
  name: guid(registry.id, purgerPrincipalId, purgerRoleId)
  properties: {
    principalId: purgerPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', purgerRoleId)
    condition: isLimited ? purgeable : null
    conditionVersion: isLimited ? '2.0' : null
  }
}

resource restorerRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(restorerPrincipalId)) {
  scope: registry
  name: guid(registry.id, restorerPrincipalId, restorerRoleId)
  properties: {
    principalId: restorerPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', restorerRoleId)
  }
}
