metadata description = 'The observer reads a management group and all below it; best the root one, so that no consumer is out of sight.'

targetScope = 'managementGroup'

param observerPrincipalId string

var readerRoleId = 'acdd72a7-3385-48ef-bd42-f606fba81ae7'

resource reader 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(managementGroup().id, observerPrincipalId, readerRoleId)
  properties: {
    principalId: observerPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: tenantResourceId('Microsoft.Authorization/roleDefinitions', readerRoleId)
  }
}
