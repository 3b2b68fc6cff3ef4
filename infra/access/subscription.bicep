metadata description = 'What the identities may do in a subscription. Registries in managed resource groups inherit it.'

targetScope = 'subscription'

param observerPrincipalId string

@description('AcrPull for the observer on every registry of the subscription that is not in ABAC mode.')
param observeRegistries bool = false

@description('Given: AcrDelete for it on every registry of the subscription that is not in ABAC mode. Rather use registry.bicep, where that works.')
param purgerPrincipalId string = ''

var readerRoleId = 'acdd72a7-3385-48ef-bd42-f606fba81ae7'
var acrPullRoleId = '7f951dda-4ed3-4680-a7ca-43fe172d538d'
var acrDeleteRoleId = 'c2f4ef07-c644-48eb-af81-4b1b4947fb11'

resource reader 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(subscription().id, observerPrincipalId, readerRoleId)
  properties: {
    principalId: observerPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', readerRoleId)
  }
}

resource pull 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (observeRegistries) {
  name: guid(subscription().id, observerPrincipalId, acrPullRoleId)
  properties: {
    principalId: observerPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', acrPullRoleId)
  }
}

resource purge 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(purgerPrincipalId)) {
  name: guid(subscription().id, purgerPrincipalId, acrDeleteRoleId)
  properties: {
    principalId: purgerPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', acrDeleteRoleId)
  }
}
